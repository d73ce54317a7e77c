{#- Build a fresh version of the table beside the served one, then let the name serve it. -#}
{% materialization table, adapter='sparksession', supported_languages=['sql', 'python'] %}
    {%- set language = model['language'] -%}
    {%- set target_relation = this.incorporate(type='view') -%}
    {%- set old_relation = adapter.get_relation(
        database=database, schema=schema, identifier=model['alias']
    ) -%}

    {{ run_hooks(pre_hooks) }}

    {%- set version = adapter.begin_version(target_relation) -%}
    {%- if language == 'python' -%}
        {%- call statement('main', language='python') -%}
            {{ py_write_table(compiled_code, version) }}
        {%- endcall -%}
    {%- else -%}
        {%- if config.get('contract').enforced -%}
            {{ get_assert_columns_equivalent(sql) }}
        {%- endif -%}
        {%- do adapter.create_version(version, model, sql) -%}
        {%- call statement('main') -%}
            {{ sparksession__insert_into_version(version, sql) }}
        {%- endcall -%}
    {%- endif -%}
    {%- do adapter.publish(target_relation, version, model) -%}

    {%- do apply_grants(
        target_relation,
        config.get('grants'),
        should_revoke(old_relation, full_refresh_mode=true)
    ) -%}

    {{ run_hooks(post_hooks) }}

    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}


{% macro sparksession__insert_into_version(version, sql) -%}
    insert into {{ version }} by name
    {% if config.get('contract').enforced -%}
        {{ get_select_subquery(sql) }}
    {%- else -%}
        {{ sql }}
    {%- endif %}
{%- endmacro %}


{#- A Python model's code, with the name of the table that takes its DataFrame. -#}
{% macro py_write_table(compiled_code, target_relation) -%}
{{ compiled_code }}
__dbt_target__ = {{ target_relation | string | tojson }}
{%- endmacro %}

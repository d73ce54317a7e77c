{#- Build a fresh version of the table beside the served one, then let the name serve it. -#}
{% materialization table, adapter='sparksession', supported_languages=['sql', 'python'] %}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- set old_relation = adapter.get_relation(
        database=database, schema=schema, identifier=model['alias']
    ) -%}

    {{ run_hooks(pre_hooks) }}

    {%- set frame = adapter.begin_version(target_relation) -%}
    {%- if model['language'] == 'python' -%}
        {#- dbt lets only the materialization itself run Python -#}
        {%- call statement('frame', language='python') -%}
            {{ py_write_table(compiled_code, frame) }}
        {%- endcall -%}
    {%- else -%}
        {%- do adapter.stage_query(sql) -%}
    {%- endif -%}
    {%- set insert = adapter.create_version(model) -%}
    {%- call statement('main') -%}
        {{ insert }}
    {%- endcall -%}
    {%- do publish_version(target_relation) -%}

    {%- do apply_grants(
        target_relation,
        config.get('grants'),
        should_revoke(old_relation, full_refresh_mode=true)
    ) -%}
    {%- do persist_docs(target_relation, model) -%}

    {{ run_hooks(post_hooks) }}

    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{#- As in dbt-spark, but whatever view stands is altered, and versions of a table before it go. -#}
{% materialization view, adapter='sparksession' %}
    {%- set target_relation = this.incorporate(type='view') -%}
    {%- set old_relation = adapter.get_relation(
        database=database, schema=schema, identifier=model['alias']
    ) -%}

    {{ run_hooks(pre_hooks) }}

    {%- set stands_as_view = adapter.is_view_in_metastore(target_relation) -%}
    {%- if old_relation is not none and not stands_as_view -%}
        {%- do adapter.drop_relation(old_relation) -%}
    {%- endif -%}
    {%- call statement('main') -%}
        {{ get_create_view_as_sql(target_relation, sql) }}
    {%- endcall -%}
    {%- do adapter.view_made(target_relation) -%}

    {%- do apply_grants(
        target_relation,
        config.get('grants'),
        should_revoke(old_relation, full_refresh_mode=true)
    ) -%}
    {%- do persist_docs(target_relation, model) -%}

    {{ run_hooks(post_hooks) }}

    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

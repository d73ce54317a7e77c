{#- Load a CSV file into a fresh version of the table, then let the name serve it. -#}
{% materialization seed, adapter='sparksession' %}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- set old_relation = adapter.get_relation(
        database=database, schema=schema, identifier=model['alias']
    ) -%}

    {{ run_hooks(pre_hooks) }}

    {%- do adapter.begin_version(target_relation) -%}
    {%- do adapter.load_seed(model, flags.EMPTY | default(false)) -%}
    {%- do publish_version(target_relation) -%}
    {#- dbt keeps a seed's first rows for `dbt seed --show` -#}
    {%- set shown = run_query('select * from ' ~ target_relation ~ ' limit 10') if flags.SHOW else none -%}
    {%- do store_result('agate_table', response='OK', agate_table=shown) -%}

    {%- do apply_grants(
        target_relation,
        config.get('grants'),
        should_revoke(old_relation, full_refresh_mode=true)
    ) -%}
    {%- do persist_docs(target_relation, model) -%}

    {{ run_hooks(post_hooks) }}

    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

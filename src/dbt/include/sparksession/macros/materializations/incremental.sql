{#-
    Build the next version of the table: the new rows, and those old ones that the strategy keeps.
    Partitions that no new row falls into are referred to, not copied (adapter: increment.py).
-#}
{% materialization incremental, adapter='sparksession', supported_languages=['sql', 'python'] %}
    {%- do adapter.check_strategy(model) -%}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- set old_relation = adapter.get_relation(
        database=database, schema=schema, identifier=model['alias']
    ) -%}
    {%- set is_whole = old_relation is none or old_relation.is_view or should_full_refresh() -%}

    {{ run_hooks(pre_hooks) }}

    {%- set frame = adapter.begin_version(target_relation, incremental=not is_whole) -%}
    {%- if model['language'] == 'python' -%}
        {#- dbt lets only the materialization itself run Python -#}
        {%- call statement('frame', language='python') -%}
            {{ py_write_table(compiled_code, frame) }}
        {%- endcall -%}
    {%- else -%}
        {%- do adapter.stage_query(sql) -%}
    {%- endif -%}
    {%- if is_whole -%}
        {%- set insert = adapter.create_version(model) -%}
    {%- else -%}
        {%- set insert = adapter.create_increment(with_rendered_predicates(model)) -%}
    {%- endif -%}
    {%- call statement('main') -%}
        {{ insert }}
    {%- endcall -%}
    {%- do publish_version(target_relation) -%}

    {%- do apply_grants(
        target_relation,
        config.get('grants'),
        should_revoke(old_relation, full_refresh_mode=is_whole)
    ) -%}
    {%- do persist_docs(target_relation, model) -%}

    {{ run_hooks(post_hooks) }}

    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}


{#- The model, the Jinja in its incremental_predicates rendered: only now do `ref`s have their names. -#}
{% macro with_rendered_predicates(model) %}
    {%- set given = model['config'].get('incremental_predicates') or [] -%}
    {%- set rendered = [] -%}
    {%- for predicate in ([given] if given is string else given) -%}
        {%- do rendered.append(render(predicate)) -%}
    {%- endfor -%}
    {{ return(dict(model, config=dict(model['config'], incremental_predicates=rendered))) }}
{% endmacro %}

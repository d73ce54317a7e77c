{#- An existing view is altered: `create or replace` drops it first, and readers would miss it. -#}
{% macro sparksession__create_view_as(relation, sql) -%}
    {%- if config.get('contract').enforced -%}
        {{ get_assert_columns_equivalent(sql) }}
    {%- endif -%}
    {%- if not config.persist_column_docs() and not config.persist_relation_docs()
        and adapter.is_view_in_metastore(relation) -%}
        alter view {{ relation }} as
        {{ sql }}
    {%- else -%}
        create or replace view {{ relation }}
        {% if config.persist_column_docs() -%}
            ({{ get_persist_docs_column_list(model.columns, get_columns_in_query(sql)) }})
        {%- endif %}
        {{ comment_clause() }}
        as
        {{ sql }}
    {%- endif -%}
{%- endmacro %}

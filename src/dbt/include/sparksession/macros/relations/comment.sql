{#- dbt-spark escapes only quotes: a description that ends in a backslash broke the build. -#}
{% macro sparksession__comment_clause() -%}
    {%- if config.persist_relation_docs() -%}
        comment {{ adapter.sql_literal(model.description) }}
    {%- endif -%}
{%- endmacro %}


{% macro get_column_comment_sql(column_name, column_dict) -%}
    {{ adapter.quote(column_name) }}
    {%- if column_name in column_dict and column_dict[column_name]['description'] %} comment
        {{ adapter.sql_literal(column_dict[column_name]['description']) }}
    {%- endif -%}
{%- endmacro %}


{#- Comments are written with the table or view itself; what is left is to name those columns that
    are described and not there. -#}
{% macro sparksession__persist_docs(relation, model, for_relation, for_columns) -%}
    {%- if for_columns and config.persist_column_docs() and model.columns -%}
        {%- set existing = adapter.get_columns_in_relation(relation) | map(attribute='name') | list -%}
        {%- do validate_doc_columns(relation, adapter.whole_columns(model.columns), existing) -%}
    {%- endif -%}
{%- endmacro %}

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


{#- Published tables take their comments when they are created; dbt-spark's need no others. -#}
{% macro sparksession__persist_docs(relation, model, for_relation, for_columns) -%}
{%- endmacro %}

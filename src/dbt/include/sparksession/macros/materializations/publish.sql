{#- A Python model's code, with the name of the view that takes its DataFrame. -#}
{% macro py_write_table(compiled_code, target_relation) -%}
{{ compiled_code }}
__dbt_target__ = {{ target_relation | string | tojson }}
{%- endmacro %}


{#- Publish the version that was begun; dbt shows its rows as the node's result. -#}
{% macro publish_version(relation) -%}
    {%- set rows = adapter.publish(relation, model) -%}
    {%- do store_raw_result('main', message=rows ~ ' rows', code='OK', rows_affected=rows) -%}
{%- endmacro %}

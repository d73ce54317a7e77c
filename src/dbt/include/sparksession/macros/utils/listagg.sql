{#- With `order by`, which dbt-spark leaves out. A limit counts the values by a control character that
    text does not hold, and puts the delimiter in its place afterwards. -#}
{% macro sparksession__listagg(measure, delimiter_text, order_by_clause, limit_num) -%}
    {%- set order = ' within group (' ~ order_by_clause ~ ')' if order_by_clause else '' -%}
    {%- if limit_num -%}
        replace(
            substring_index(listagg({{ measure }}, '\u001f'){{ order }}, '\u001f', {{ limit_num }}),
            '\u001f',
            {{ delimiter_text }}
        )
    {%- else -%}
        listagg({{ measure }}, {{ delimiter_text }}){{ order }}
    {%- endif -%}
{%- endmacro %}

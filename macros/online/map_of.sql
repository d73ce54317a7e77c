{#
    A map of named values.

    | call                                          | output                        |
    |-----------------------------------------------|-------------------------------|
    | {{ map_of({"label": "1D", "order": "2D"}) }}  | map('label', 1D, 'order', 2D) |
#}
{% macro map_of(values) -%}
    map(
    {%- for name, value in values.items() %}{{ dbt.string_literal(name) }}, {{ value }}{{ ", " if not loop.last }}{% endfor -%}
    )
{%- endmacro %}

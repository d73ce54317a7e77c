{#
    A struct of named values, each name quoted.

    | call                                                | output                                   |
    |-----------------------------------------------------|------------------------------------------|
    | {{ struct_of({"label": "1D", "order": "rank"}) }}   | struct(1D as `label`, rank as `order`)   |
#}
{% macro struct_of(values) -%}
    struct(
    {%- for name, value in values.items() %}{{ value }} as {{ adapter.quote(name) }}{{ ", " if not loop.last }}{% endfor -%}
    )
{%- endmacro %}

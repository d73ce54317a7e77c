{#
    The type of an array's elements.

    | call                                       | output        |
    |--------------------------------------------|---------------|
    | {{ element_type("array<struct<a:int>>") }} | struct<a:int> |
#}
{% macro element_type(type) -%}
    {{ type[6:-1] }}
{%- endmacro %}

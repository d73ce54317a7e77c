{#
    One field of every item, as an array in the items' order; a path reaches into structs.

    | items: id, scores          | call                                         | output     |
    |----------------------------|----------------------------------------------|------------|
    | [{7, {0.5}}, {8, {0.9}}]   | {{ collect_field("items", "scores.order") }} | [0.5, 0.9] |
#}
{% macro collect_field(items, path) -%}
    transform({{ items }}, item -> {{ dmc12.field("item", path) }})
{%- endmacro %}

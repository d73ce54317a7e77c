{#
    Items made anew, each field from the SQL of its value over `item` and `position` (0, 1, ...).

    | items: id, label   | call                                                                       | output: id, gain    |
    |--------------------|----------------------------------------------------------------------------|---------------------|
    | [{7, 0.0}, {8, 1.0}] | {{ map_items("items", {"id": "item.id", "gain": "2 * item.label"}) }}    | [{7, 0.0}, {8, 2.0}] |
#}
{% macro map_items(items, values) -%}
    transform({{ items }}, (item, position) -> {{ dmc12.struct_of(values) }})
{%- endmacro %}

{#
    Items of `fields` with one more, of SQL over `item` and `position` (0, 1, ...); a field of that
    name is replaced in its place.

    | items: id, label     | call                                                                        | output: id, label, place |
    |----------------------|-----------------------------------------------------------------------------|--------------------------|
    | [{7, 0.0}, {8, 1.0}] | {{ add_field("items", "place", "position + 1", fields=["id", "label"]) }}   | [{7, 0.0, 1}, {8, 1.0, 2}] |
#}
{% macro add_field(items, name, value, fields) -%}
    {%- set values = {} -%}
    {%- for field in fields %}{% do values.update({field: dmc12.field("item", field)}) %}{% endfor -%}
    {%- do values.update({name: value}) -%}
    {{ dmc12.map_items(items, values) }}
{%- endmacro %}

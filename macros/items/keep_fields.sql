{#
    Items with these fields alone, in this order; no other is read from a file, whatever comes after.

    | items: id, label, weight           | call                                      | output: id, weight   |
    |------------------------------------|-------------------------------------------|----------------------|
    | [{7, 0.0, 1.0}, {8, 1.0, 2.0}]     | {{ keep_fields("items", ["id", "weight"]) }} | [{7, 1.0}, {8, 2.0}] |
#}
{% macro keep_fields(items, fields) -%}
    {%- set values = {} -%}
    {%- for name in fields %}{% do values.update({name: dmc12.field("item", name)}) %}{% endfor -%}
    {{ dmc12.map_items(items, values) }}
{%- endmacro %}

{#
    Items by a key, SQL over `item` and `position` (0, 1, ...); those of equal keys keep their order.
    Null comes first, NaN last. A struct sorts by several keys, `0D - x` turns a number round.

    | items: id, label               | call                                          | output: id, label              |
    |--------------------------------|-----------------------------------------------|--------------------------------|
    | [{7, 0.0}, {8, 1.0}, {9, 1.0}] | {{ sort_items("items", "0D - item.label") }}  | [{8, 1.0}, {9, 1.0}, {7, 0.0}] |
#}
{% macro sort_items(items, key) -%}
    {%- set keyed = dmc12.map_items(items, {"key": key, "position": "position", "item": "item"}) -%}
    {{ dmc12.collect_field("sort_array(" ~ keyed ~ ")", "item") }}
{%- endmacro %}

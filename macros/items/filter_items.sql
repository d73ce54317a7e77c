{#
    The items for which a condition over `item` and `position` (0, 1, ...) holds. Spark reads every
    field of the items it filters: keep the fields that are needed first.

    | items: id, label     | call                                          | output: id, label |
    |----------------------|-----------------------------------------------|-------------------|
    | [{7, 0.0}, {8, 1.0}] | {{ filter_items("items", "item.label > 0") }} | [{8, 1.0}]        |
#}
{% macro filter_items(items, condition) -%}
    filter({{ items }}, (item, position) -> {{ condition }})
{%- endmacro %}

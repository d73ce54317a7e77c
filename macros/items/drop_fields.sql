{#
    Items of `fields` without the `dropped` ones. (Spark has no `item.*` within a lambda, so the
    fields are named.)

    | items: id, label, weight       | call                                                                   | output: id, weight   |
    |--------------------------------|------------------------------------------------------------------------|----------------------|
    | [{7, 0.0, 1.0}, {8, 1.0, 2.0}] | {{ drop_fields("items", ["label"], fields=["id", "label", "weight"]) }} | [{7, 1.0}, {8, 2.0}] |
#}
{% macro drop_fields(items, dropped, fields) -%}
    {{ dmc12.keep_fields(items, fields | reject("in", dropped) | list) }}
{%- endmacro %}

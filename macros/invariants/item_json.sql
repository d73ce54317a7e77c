{#
    An item as JSON, its nulls included; null of an item without a value, which is a null item: the
    scan tells these apart no more, since it has an item's fields alone.

    | item             | call                                     | output                |
    |------------------|------------------------------------------|-----------------------|
    | {id: 7, label: null} | {{ item_json("item", ["id", "label"]) }} | {"id":7,"label":null} |
    | {id: null, label: null} |                                   | null                  |
#}
{% macro item_json(item, fields) -%}
    if(
        {%- for field in fields %}
        {{ dmc12.field(item, field) }} is null{{ " and" if not loop.last }}
        {%- endfor %},
        null,
        to_json({{ item }}, map('ignoreNullFields', 'false'))
    )
{%- endmacro %}

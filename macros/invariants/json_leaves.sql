{#
    The fields of an item that is given in JSON, nulls included: an array of {path, value}, values as
    text. `structs` are the paths of its structs. Its code does not grow with the fields, as each struct
    is read as a map; of a null item there is one leaf, without a path.

    | item                           | call                                    | output                                               |
    |--------------------------------|-----------------------------------------|------------------------------------------------------|
    | {"id":7,"features":{"f":null}} | {{ json_leaves("item", ["features"]) }} | [{id, 7}, {features, {"f":null}}, {features.f, null}] |
    | null                           |                                         | [{, null}]                                           |
#}
{% macro json_leaves(item, structs) -%}
    if({{ item }} is null, array(struct('' as path, string(null) as value)), concat(
        {{ dmc12.json_fields(item, "") }}
        {%- for path in structs %},
        {{ dmc12.json_fields("get_json_object(" ~ item ~ ", '$." ~ path ~ "')", path ~ ".") }}
        {%- endfor %}
    ))
{%- endmacro %}

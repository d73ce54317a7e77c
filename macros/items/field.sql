{#
    A field of a struct by its path, each name quoted.

    | call                                 | output                      |
    |--------------------------------------|-----------------------------|
    | {{ field("item", "scores.order") }}  | item.`scores`.`order`       |
#}
{% macro field(struct, path) -%}
    {{ struct }}
    {%- for name in path.split(".") %}.{{ adapter.quote(name) }}{% endfor %}
{%- endmacro %}

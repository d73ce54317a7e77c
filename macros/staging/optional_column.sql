{#
    A text column of an input table, null where the table lacks it.

    | input                    | call                                               | output                         |
    |--------------------------|----------------------------------------------------|--------------------------------|
    | raw_plays(device, ...)   | {{ optional_column(ref("raw_plays"), "device") }}  | device                         |
    | raw_plays without it     |                                                    | cast(null as string) as device |
#}
{% macro optional_column(relation, name) -%}
    {% set found = [] -%}
    {% if execute -%}
        {% for column in adapter.get_columns_in_relation(relation) %}{% do found.append(column.name | lower) %}{% endfor -%}
    {% endif -%}
    {{ name if name in found else "cast(null as string) as " ~ name }}
{%- endmacro %}

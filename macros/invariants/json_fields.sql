{#
    The fields of a JSON object, as an array of {path, value}; none of a null.

    | json           | call                               | output              |
    |----------------|------------------------------------|---------------------|
    | {"f":1,"g":"NaN"} | {{ json_fields("json", "scores.") }} | [{scores.f, 1}, {scores.g, NaN}] |
#}
{% macro json_fields(json, prefix) -%}
    coalesce(
        transform(
            map_entries(from_json({{ json }}, 'map<string,string>')),
            entry -> struct(concat('{{ prefix }}', entry.key) as path, entry.value as value)
        ),
        array()
    )
{%- endmacro %}

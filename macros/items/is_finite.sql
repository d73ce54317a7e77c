{#
    Whether a double is there and finite: true or false, never null.

    | input | call                     | output |
    |-------|--------------------------|--------|
    | 1.5   | {{ is_finite("label") }} | true   |
    | NaN, infinity, null |            | false  |
#}
{% macro is_finite(value) -%}
    coalesce(abs({{ value }}) < double('infinity'), false)
{%- endmacro %}

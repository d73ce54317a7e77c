{#
    Whether a number lies in (low, high]; NaN does not, null gives null.

    | share | call                            | output |
    |-------|---------------------------------|--------|
    | 0.5   | {{ is_in_range("share", 0, 1) }} | true   |
    | 0     |                                 | false  |
#}
{% macro is_in_range(value, low, high) -%}
    {{ value }} > {{ low }} and {{ value }} <= {{ high }}
{%- endmacro %}

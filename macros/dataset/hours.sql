{#
    An interval of so many hours, fractions allowed, to the second.

    | call              | output                     |
    |-------------------|----------------------------|
    | {{ hours(1.5) }}  | make_dt_interval(0, 0, 0, 5400) |
#}
{% macro hours(number) -%}
    make_dt_interval(0, 0, 0, {{ (number * 3600) | int }})
{%- endmacro %}

{#
    The sum of doubles as a decimal, 16 digits after the point: it does not depend on the order of
    rows, and sums of such sums are as exact. Values at or above 10^22 are an error.

    | rows           | call                      | output             |
    |----------------|---------------------------|--------------------|
    | .1, .2, null   | {{ exact_sum("value") }}  | .3000000000000000  |
#}
{% macro exact_sum(value) -%}
    sum(cast({{ value }} as decimal(38, 16)))
{%- endmacro %}

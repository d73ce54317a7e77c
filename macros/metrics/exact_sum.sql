{#
    The sum of doubles as a double that does not depend on the order of rows: summed as decimals, 16
    digits after the point. Values at or above 10^12 are an error.

    | rows           | call                      | output |
    |----------------|---------------------------|--------|
    | .1, .2, null   | {{ exact_sum("value") }}  | .3     |
#}
{% macro exact_sum(value) -%}
    double(sum(cast({{ value }} as decimal(28, 16))))
{%- endmacro %}

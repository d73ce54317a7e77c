{#
    The sum of doubles as decimal(38, 16): it does not depend on the order of rows, and sums of such
    sums are as exact. Each summand is cut into whole numbers, what is before the point and twice
    eight digits behind it; their sums are machine integers, where sums of decimals are Java's
    objects. Sums at or above 9.2 * 10^18 are an error.

    | rows           | call                      | output             |
    |----------------|---------------------------|--------------------|
    | .1, .2, null   | {{ exact_sum("value") }}  | .3000000000000000  |
#}
{% macro exact_sum(value) -%}
    {%- set whole = "bigint(" ~ value ~ ")" -%}
    {%- set behind = "((" ~ value ~ ") - " ~ whole ~ ") * 1e8D" -%}
    {%- set upper = "bigint(" ~ behind ~ ")" -%}
    {%- set lower = "bigint((" ~ behind ~ " - " ~ upper ~ ") * 1e8D)" -%}
    cast(sum({{ whole }}) as decimal(19, 0))
    + cast(sum({{ upper }}) as decimal(19, 0)) * 0.00000001
    + cast(sum({{ lower }}) as decimal(19, 0)) * 0.0000000000000001
{%- endmacro %}

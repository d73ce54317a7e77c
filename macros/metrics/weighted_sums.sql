{#
    What a weighted mean, its standard error and the mean of its chance value need, as one struct, from
    the rows where the value is defined (null elsewhere). No weight means 1 each; equal sums are
    written alike, so that Spark takes them once for all metrics.

    | rows (value, chance, weight)   | call                                                                  | output                                                     |
    |--------------------------------|-----------------------------------------------------------------------|------------------------------------------------------------|
    | (1.0, .5, 2.0), (.5, .25, 4.0) | {{ weighted_sums("value", "chance", "weight", "value is not null") }} | {n: 2, w: 6, wx: 4, wchance: 2, ww: 20, wwx: 12, wwxx: 8} |
#}
{% macro weighted_sums(value, chance, weight, is_defined) -%}
    {%- set w = weight ~ " * " if weight else "" -%}
    struct(
        count_if({{ is_defined }}) as n,
        {{ dmc12.exact_sum("if(" ~ is_defined ~ ", " ~ w ~ "1, null)") }} as w,
        {{ dmc12.exact_sum(w ~ value) }} as wx,
        {{ dmc12.exact_sum("if(" ~ is_defined ~ ", " ~ w ~ chance ~ ", null)") }} as wchance,
        {{ dmc12.exact_sum("if(" ~ is_defined ~ ", " ~ w ~ w ~ "1, null)") }} as ww,
        {{ dmc12.exact_sum(w ~ w ~ value) }} as wwx,
        {{ dmc12.exact_sum(w ~ w ~ value ~ " * " ~ value) }} as wwxx
    )
{%- endmacro %}

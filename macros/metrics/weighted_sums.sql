{#
    What a weighted mean and its standard error need, as one struct, from rows where the value is
    not null.

    | rows (value, weight)         | call                                     | output                     |
    |------------------------------|------------------------------------------|----------------------------|
    | (1.0, 2.0), (.5, 4.0), (null, 1.0) | {{ weighted_sums("value", "weight") }} | {n: 2, w: 6, wx: 4, ww: 20, wwx: 12, wwxx: 8} |
#}
{% macro weighted_sums(value, weight) -%}
    struct(
        count({{ value }}) as n,
        {{ dmc12.exact_sum("if(" ~ value ~ " is null, null, " ~ weight ~ ")") }} as w,
        {{ dmc12.exact_sum(weight ~ " * " ~ value) }} as wx,
        {{ dmc12.exact_sum("if(" ~ value ~ " is null, null, " ~ weight ~ " * " ~ weight ~ ")") }} as ww,
        {{ dmc12.exact_sum(weight ~ " * " ~ weight ~ " * " ~ value) }} as wwx,
        {{ dmc12.exact_sum(weight ~ " * " ~ weight ~ " * " ~ value ~ " * " ~ value) }} as wwxx
    )
{%- endmacro %}

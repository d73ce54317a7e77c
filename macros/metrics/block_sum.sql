{#
    The sum of an amount, an expression over `label`, over the positives of the block that `span`
    delimits.

    | positive_labels | span (n_positives_above, n_positives_until) | call                     | output |
    |-----------------|---------------------------------------------|--------------------------|--------|
    | [1.0, 3.0, 2.0] | (1, 3)                                      | {{ block_sum("label") }} | 5.0    |
#}
{% macro block_sum(amount) -%}
    aggregate(
        slice(
            positive_labels,
            span.n_positives_above + 1,
            span.n_positives_until - span.n_positives_above
        ),
        0D,
        (total, label) -> total + {{ amount }}
    )
{%- endmacro %}

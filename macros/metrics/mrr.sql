{#
    The reciprocal rank of the first positive; its mean over contexts is the MRR. In (0, 1].
    Where m items are tied at ranks a.. and p of them are positive, the first positive is preceded
    by j others of the tie with chance C(m - 1 - j, p - 1) / C(m, p): p / m at j = 0, and each
    chance from the one before it, so that no factorial overflows.

    | labels by rank | call        | output |
    |----------------|-------------|--------|
    | [0, 2, 1]      | {{ mrr() }} | 1/2    |
#}
{% macro mrr() -%}
    aggregate(
        sequence(0, first_block.n_items - first_block.n_positives),
        struct(0D as expected, first_block.n_positives / first_block.n_items as chance),
        (state, preceding) -> struct(
            state.expected + state.chance / (first_block.first_rank + preceding) as expected,
            state.chance
            * (first_block.n_items - first_block.n_positives - preceding)
            / greatest(first_block.n_items - 1 - preceding, 1) as chance
        ),
        state -> state.expected
    )
{%- endmacro %}

{#
    Hit@k: 1 where the top k holds a positive, else 0. In [0, 1] where the first positive's tie
    straddles k: of its m items, p positive, h lie in the top k, and all of these h are negative
    with chance C(m - h, p) / C(m, p).

    | labels by rank | call         | output |
    |----------------|--------------|--------|
    | [0, 2, 1]      | {{ hit(1) }} | 0      |
    | [0, 2, 1]      | {{ hit(2) }} | 1      |
#}
{% macro hit(k) -%}
    1 - aggregate(
        sequence(0, first_block.n_positives - 1),
        1D,
        (miss, drawn) -> miss
        * greatest(
            0,
            first_block.n_items - drawn
            - greatest(0, least({{ k }} - first_block.first_rank + 1, first_block.n_items))
        )
        / (first_block.n_items - drawn)
    )
{%- endmacro %}

{#
    NDCG@k: DCG@k over the DCG@k of the ideal order; without k, over the whole list. In [0, 1].
    Tied items share the mean discount of their ranks (McSherry & Najork 2008, as in scikit-learn).
    `least` takes off the ulp by which two sums of the same terms can differ.

    | labels by rank | call             | output                     |
    |----------------|------------------|----------------------------|
    | [0, 2, 1]      | {{ ndcg() }}     | (2/log2(3) + 1/2) / (2 + 1/log2(3)) |
    | [0, 2, 1]      | {{ ndcg(1) }}    | 0                          |
#}
{% macro ndcg(k=none, gain="linear") -%}
    least(
        1D,
        {{ dmc12.expected_sum(gain ~ "_gain", dmc12.discount("rank"), k) }}
        / {{ dmc12.ideal_sum(dmc12.gain("item.label", gain), dmc12.discount("item.rank"), k) }}
    )
{%- endmacro %}

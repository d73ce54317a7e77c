{#
    NDCG@k with the gain 2^label - 1, which tells grades apart more sharply than `ndcg`; the same
    where labels are 0 or 1. In [0, 1].

    | labels by rank | call                         | output                                |
    |----------------|------------------------------|---------------------------------------|
    | [0, 2, 1]      | {{ ndcg_exponential() }}     | (3/log2(3) + 1/2) / (3 + 1/log2(3))   |
    | [0, 2, 1]      | {{ ndcg_exponential(1) }}    | 0                                     |
#}
{% macro ndcg_exponential(k=none) -%}
    {{ dmc12.ndcg(k, gain="exponential") }}
{%- endmacro %}

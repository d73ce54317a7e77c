{#
    How many positives lie in the top k, expected over random orders of tied items.

    | blocks (first_rank, last_rank, n_positives) | call                    | output      |
    |---------------------------------------------|-------------------------|-------------|
    | [(1, 1, 1), (3, 6, 2)]                      | {{ expected_hits(5) }}  | 1 + 2 * 3/4 |
#}
{% macro expected_hits(k) -%}
    aggregate(
        blocks,
        0D,
        (total, block) -> total
        + block.n_positives * greatest(0, least({{ k }} - block.first_rank + 1, block.n_items)) / block.n_items
    )
{%- endmacro %}

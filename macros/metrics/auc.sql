{#
    AUC: the chance that a positive is scored above a negative, half of it for a tie. In [0, 1].
    From the positives' mid-ranks (Mann & Whitney 1947).

    | labels by rank | call        | output |
    |----------------|-------------|--------|
    | [1, 0, 1]      | {{ auc() }} | 1/2    |
#}
{% macro auc() -%}
    1 - (
        aggregate(
            blocks,
            0D,
            (total, block) -> total + block.n_positives * (block.first_rank + block.last_rank) / 2
        )
        - n_positives * (n_positives + 1D) / 2
    ) / (1D * n_positives * (n_items - n_positives))
{%- endmacro %}

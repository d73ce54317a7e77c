{#
    AP@k: the mean, over the min(P, k) positives that could be there, of the precision at each
    positive in the top k; without k, over the whole list. In [0, 1]. Within a tie of m items at
    ranks a.., p of them positive, an item is positive with chance p / m and is then preceded in the
    tie by (rank - a) * (p - 1) / (m - 1) others that are (McSherry & Najork 2008).

    | labels by rank | call          | output          |
    |----------------|---------------|-----------------|
    | [0, 2, 1]      | {{ ap() }}    | (1/2 + 2/3) / 2 |
    | [0, 2, 1]      | {{ ap(2) }}   | (1/2) / 2       |
#}
{% macro ap(k=none) -%}
    {%- set last_rank = "least(block.last_rank, " ~ k ~ ")" if k else "block.last_rank" -%}
    least(
        1D,
        aggregate(
            {% if k %}filter(blocks, block -> block.first_rank <= {{ k }}){% else %}blocks{% endif %},
            0D,
            (total, block) -> total + block.n_positives / block.n_items * aggregate(
                sequence(block.first_rank, {{ last_rank }}),
                0D,
                (subtotal, rank) -> subtotal + (
                    block.n_positives_above + 1
                    + (rank - block.first_rank) * (block.n_positives - 1D) / greatest(block.n_items - 1, 1)
                ) / rank
            )
        ) / {{ "least(n_positives, " ~ k ~ ")" if k else "n_positives" }}
    )
{%- endmacro %}

{#
    The sum of amount x discount over a ranking's items, expected over random orders of tied items:
    an item tied over ranks a..b is worth its amount times the mean discount of ranks a..b, where
    ranks beyond `k` count 0. `amount` is a field of `block.sums`, the sums over a block's positives;
    `discount` is an expression over `rank`.

    | blocks (first_rank, last_rank, sums.linear_gain) | call                                      | output              |
    |-------------------------------------------|-------------------------------------------|---------------------|
    | [(1, 1, 3.0), (3, 4, 1.0)]                | {{ expected_sum("linear_gain", "1 / rank") }}    | 3 + (1/3 + 1/4) / 2 |
    | [(1, 1, 3.0), (3, 4, 1.0)]                | {{ expected_sum("linear_gain", "1 / rank", 3) }} | 3 + (1/3) / 2       |
#}
{% macro expected_sum(amount, discount, k=none) -%}
    {%- set last_rank = "least(block.last_rank, " ~ k ~ ")" if k else "block.last_rank" -%}
    aggregate(
        {% if k %}filter(blocks, block -> block.first_rank <= {{ k }}){% else %}blocks{% endif %},
        0D,
        (total, block) -> total + block.sums.{{ amount }} / block.n_items * aggregate(
            sequence(block.first_rank, {{ last_rank }}),
            0D,
            (subtotal, rank) -> subtotal + {{ discount }}
        )
    )
{%- endmacro %}

{#
    The sum of amount x discount in the ideal order. Both are expressions over an `item` of `ideal`;
    items beyond rank `k` count 0.

    | ideal (label, rank)    | call                                               | output    |
    |------------------------|----------------------------------------------------|-----------|
    | [(3.0, 1), (1.0, 2)]   | {{ ideal_sum("item.label", "1 / item.rank") }}     | 3 + 1 / 2 |
    | [(3.0, 1), (1.0, 2)]   | {{ ideal_sum("item.label", "1 / item.rank", 1) }}  | 3         |
#}
{% macro ideal_sum(amount, discount, k=none) -%}
    aggregate(
        {% if k %}slice(ideal, 1, {{ k }}){% else %}ideal{% endif %},
        0D,
        (total, item) -> total + {{ amount }} * {{ discount }}
    )
{%- endmacro %}

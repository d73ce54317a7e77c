{#
    The rank of each score, 1 for the highest; equal scores keep the array's order, which in DMC-12
    is that of the salted hash. Sorted twice: scores into an order of positions, then that order
    into ranks by position, as numbers that hold a position above a rank, since numbers sort faster
    than structs. `0D -` makes one zero of 0.0 and -0.0.

    | scores           | call                  | output: array<int> |
    |------------------|-----------------------|--------------------|
    | [.5, .9, .5, .2] | {{ ranks("scores") }} | [2, 1, 3, 4]       |
#}
{% macro ranks(scores) -%}
    {%- set placed = dmc12.map_items(scores, {"descent": "0D - item", "position": "position"}) -%}
    {%- set ranked = "(item, place) -> shiftleft(bigint(item.position), 32) | (place + 1)" -%}
    transform(
        sort_array(transform(sort_array({{ placed }}), {{ ranked }})), item -> int(item & bigint(4294967295))
    )
{%- endmacro %}

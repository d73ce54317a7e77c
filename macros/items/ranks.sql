{#
    The rank of each score, 1 for the highest; equal scores keep the array's order, which in DMC-12
    is that of the salted hash. Sorted twice: scores into an order of positions, then that order
    into ranks by position. `0D -` makes one zero of 0.0 and -0.0.

    | scores           | call                  | output: array<int> |
    |------------------|-----------------------|--------------------|
    | [.5, .9, .5, .2] | {{ ranks("scores") }} | [2, 1, 3, 4]       |
#}
{% macro ranks(scores) -%}
    {%- set placed = dmc12.map_items(scores, {"descent": "0D - item", "position": "position"}) -%}
    {%- set by_score = "sort_array(" ~ placed ~ ")" -%}
    {%- set ranked = dmc12.map_items(by_score, {"position": "item.position", "rank": "position + 1"}) -%}
    {{ dmc12.collect_field("sort_array(" ~ ranked ~ ")", "rank") }}
{%- endmacro %}

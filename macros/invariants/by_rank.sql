{#
    A ranker's items by score descending, equal scores in the order of the array, with their ranks:
    for `are_ranks`.

    | items: scores.a, ranks.a | call                             | output: descent, position, rank  |
    |--------------------------|----------------------------------|----------------------------------|
    | [{.5, 2}, {.9, 1}]       | {{ by_rank("a", names) }}        | [{-.9, 1, 1}, {-.5, 0, 2}]       |
#}
{% macro by_rank(ranker, names) -%}
    sort_array({{ dmc12.map_items(names.item_array, {
        "descent": "0D - " ~ dmc12.field("item", names.scores ~ "." ~ ranker),
        "position": "position",
        "rank": dmc12.field("item", names.ranks ~ "." ~ ranker),
    }) }})
{%- endmacro %}

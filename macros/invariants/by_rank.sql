{#
    A ranker's items in the order of their ranks, for `are_ranks`.

    | ranks  | scores   | call                              | output: rank, descent, position        |
    |--------|----------|-----------------------------------|----------------------------------------|
    | [2, 1] | [.5, .9] | {{ by_rank("ranks", "scores") }}  | [{1, -.9, 1}, {2, -.5, 0}]             |
#}
{% macro by_rank(ranks, scores) -%}
    sort_array(transform(
        {{ ranks }},
        (rank, position) -> struct(rank, 0D - get({{ scores }}, position) as descent, position)
    ))
{%- endmacro %}

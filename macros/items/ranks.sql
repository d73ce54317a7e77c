{#
    The rank of each score, 1 for the highest; equal scores keep the array's order, which in DMC-12
    is that of the salted hash. Sorted twice: scores into an order of positions, then that order
    into ranks by position. `0D -` makes one zero of 0.0 and -0.0.

    | scores           | call                  | output: array<int> |
    |------------------|-----------------------|--------------------|
    | [.5, .9, .5, .2] | {{ ranks("scores") }} | [2, 1, 3, 4]       |
#}
{% macro ranks(scores) -%}
    transform(
        sort_array(transform(
            sort_array(transform({{ scores }}, (score, position) -> struct(0D - score as descent, position))),
            (scored, preceding) -> struct(scored.position, preceding + 1 as rank)
        )),
        placed -> placed.rank
    )
{%- endmacro %}

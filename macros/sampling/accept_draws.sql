{#
    The first `wanted` drawn positions whose title is out by the context and was not played in its
    label window. Columns read: titles, context_at, played.

    | input: draws | wanted | call                                      | output |
    |--------------|--------|-------------------------------------------|--------|
    | [4, 0, 2, 9] | 2      | {{ accept_draws("draws", 2) }} (0 played) | [4, 2] |
#}
{% macro accept_draws(draws, wanted) -%}
    slice(
        filter(
            {{ draws }},
            position -> get(titles, position).launched_at < context_at
            and not array_contains(played, get(titles, position).show_title_id)
        ),
        1,
        {{ wanted }}
    )
{%- endmacro %}

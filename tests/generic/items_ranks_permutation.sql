{#
    Assumption: each ranker's ranks are 1..n, fall with its scores, and follow the array's order
    where scores are equal. Returns the contexts and rankers where it is not so, with the items in
    the order of their ranks.
#}
{% test items_ranks_permutation(model) %}
    with

    ranked as (

        select
            profile_id,
            context_at,
            inline(array(
                {%- for ranker in dmc12.knob("rankers") %}
                struct(
                    '{{ ranker }}' as ranker,
                    items.ranks.{{ ranker }} as ranks,
                    items.scores.{{ ranker }} as scores
                ){{ "," if not loop.last }}
                {%- endfor %}
            )) as (ranker, ranks, scores)
        from {{ model }}

    ),

    sorted as (

        select
            profile_id,
            context_at,
            ranker,
            sort_array(transform(
                arrays_zip(ranks, scores),
                (item, position) -> struct(item.ranks as rank, 0D - item.scores as descent, position)
            )) as by_rank
        from ranked

    ),

    checked as (

        select
            *,
            by_rank.rank = sequence(1, size(by_rank)) as is_permutation,
            transform(by_rank, item -> struct(item.descent, item.position))
            = sort_array(transform(by_rank, item -> struct(item.descent, item.position))) as is_by_score
        from sorted

    )

    select * from checked
    where not (is_permutation and is_by_score)
{% endtest %}

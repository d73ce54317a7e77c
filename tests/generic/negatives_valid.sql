{#
    Assumption: each drawn title is drawn once, its probabilities lie in (0, 1], and each quota says
    what was drawn, no more than wanted. Returns the contexts with what is wrong.
#}
{% test negatives_valid(model) %}
    with

    counted as (

        select
            profile_id,
            context_at,
            negatives,
            quotas,
            size(negatives) - size(array_distinct(negatives.show_title_id)) as n_repeated,
            size(filter(
                negatives,
                item -> not coalesce(
                    item.draw_probability > 0 and item.draw_probability <= 1
                    and item.inclusion_probability > 0 and item.inclusion_probability <= 1,
                    false
                )
            )) as n_improbable,
            size(filter(
                quotas,
                quota -> not coalesce(
                    quota.drawn <= quota.wanted
                    and quota.drawn = size(filter(negatives, item -> item.strategy = quota.strategy)),
                    false
                )
            )) as n_miscounted
        from {{ model }}

    )

    select * from counted
    where n_repeated > 0 or n_improbable > 0 or n_miscounted > 0
{% endtest %}

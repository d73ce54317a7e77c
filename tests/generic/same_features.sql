{#
    Assumption: each context's items, their features to the last digit, are those that `same_as` has.
    Returns the key, the perturbation under which they differ, and the items that do, both ways.
#}
{% test same_features(model, same_as) %}
    with

    perturbed as (

        select
            profile_id,
            context_at,
            perturbation,
            items
        from {{ model }}

    ),

    expected as (

        select
            profile_id,
            context_at,
            items
        from {{ same_as }}

    ),

    compared as (

        select
            perturbed.profile_id,
            perturbed.context_at,
            perturbed.perturbation,
            filter(
                zip_with(perturbed.items, expected.items, (item, wanted) -> struct(item, wanted)),
                pair -> not to_json(pair.item) <=> to_json(pair.wanted)
            ) as differing
        from perturbed
        left join expected
            on perturbed.profile_id = expected.profile_id
            and perturbed.context_at = expected.context_at

    )

    select * from compared
    where coalesce(size(differing), 1) > 0
{% endtest %}

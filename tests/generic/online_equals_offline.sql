{#
    Assumption: every sampled context was compared for every ranker of the parity bundle, over all its
    candidates, and online ranked it as the offline tables did. Returns what differs, with its counts;
    null where nothing was compared.
#}
{% test online_equals_offline(model, sample, bundles) %}
    with

    parity as (

        select * from {{ model }}

    ),

    sampled as (

        select
            profile_id,
            context_at,
            size(candidates) as n_candidates
        from {{ sample }}

    ),

    bundled as (

        select explode(rankers) as ranker
        from {{ bundles }}
        where bundle = 'parity'

    ),

    expected as (

        select *
        from sampled
        cross join bundled

    ),

    compared as (

        select
            coalesce(expected.profile_id, parity.profile_id) as profile_id,
            coalesce(expected.context_at, parity.context_at) as context_at,
            coalesce(expected.ranker, parity.ranker) as ranker,
            expected.n_candidates,
            parity.n_items,
            parity.mismatches,
            parity.missing,
            parity.extra,
            parity.feature_mismatches,
            parity.largest_difference,
            parity.is_equal
        from expected
        full outer join parity
            on expected.profile_id = parity.profile_id
            and expected.context_at = parity.context_at
            and expected.ranker = parity.ranker

    )

    select * from compared
    where not coalesce(is_equal and n_items = n_candidates, false)
{% endtest %}

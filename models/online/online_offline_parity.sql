{%- set features = {} -%}
{%- for name in knob("features") %}{% do features.update({name: field("item.features", name)}) %}{% endfor -%}
{%- set scores = {} -%}
{%- for name in scored_rankers() %}{% do scores.update({name: field("item.scores", name)}) %}{% endfor -%}
with

parity_contexts as (

    select
        profile_id,
        context_at
    from {{ ref("parity_contexts") }}

),

dmc12_scored as (

    select
        profile_id,
        context_at,
        items
    from {{ ref("dmc12_scored") }}

),

online_scored as (

    select
        profile_id,
        context_at,
        inline(items) as (show_title_id, features, scores)
    from {{ ref("online_scored") }}

),

ranking_bundles as (

    select explode(rankers) as ranker
    from {{ ref("ranking_bundles") }}
    where bundle = 'parity'

),

rankers as (

    select
        ranker,
        features
    from {{ ref("rankers") }}

),

sampled as (

    select
        dmc12_scored.profile_id,
        dmc12_scored.context_at,
        {{ map_items("dmc12_scored.items", {
            "show_title_id": "item.show_title_id",
            "features": map_of(features),
            "scores": map_of(scores),
        }) }} as items
    from dmc12_scored
    inner join parity_contexts
        on dmc12_scored.profile_id = parity_contexts.profile_id
        and dmc12_scored.context_at = parity_contexts.context_at

),

offline_scored as (

    select
        profile_id,
        context_at,
        inline(items) as (show_title_id, features, scores)
    from sampled

),

-- Of two doubles only the same bits have the same string: -0.0 is not 0.0.
paired as (

    select
        coalesce(offline_scored.profile_id, online_scored.profile_id) as profile_id,
        coalesce(offline_scored.context_at, online_scored.context_at) as context_at,
        offline_scored.scores is not null as is_offline,
        online_scored.scores is not null as is_online,
        offline_scored.scores as offline_scores,
        online_scored.scores as online_scores,
        map_keys(map_filter(
            map_zip_with(
                offline_scored.features,
                online_scored.features,
                (name, offline, online) -> string(offline) <=> string(online)
            ),
            (name, is_same) -> not is_same
        )) as differing
    from offline_scored
    full outer join online_scored
        on offline_scored.profile_id = online_scored.profile_id
        and offline_scored.context_at = online_scored.context_at
        and offline_scored.show_title_id = online_scored.show_title_id

),

read_by_ranker as (

    select
        paired.*,
        rankers.ranker,
        try_element_at(paired.offline_scores, rankers.ranker) as offline_score,
        try_element_at(paired.online_scores, rankers.ranker) as online_score,
        size(array_intersect(paired.differing, rankers.features)) as n_differing
    from paired
    cross join ranking_bundles
    inner join rankers on ranking_bundles.ranker = rankers.ranker

),

compared as (

    select
        profile_id,
        context_at,
        ranker,
        is_offline,
        is_online,
        is_offline and is_online and not string(offline_score) <=> string(online_score) as is_mismatch,
        abs(offline_score - online_score) as difference,
        if(is_offline and is_online, n_differing, 0) as feature_mismatches
    from read_by_ranker

),

counted as (

    select
        profile_id,
        context_at,
        ranker,
        count_if(is_offline) as n_items,
        count_if(is_mismatch) as mismatches,
        count_if(is_offline and not is_online) as missing,
        count_if(is_online and not is_offline) as extra,
        coalesce(max(difference), 0D) as largest_difference,
        sum(feature_mismatches) as feature_mismatches
    from compared
    group by profile_id, context_at, ranker

),

judged as (

    select
        *,
        mismatches + missing + extra + feature_mismatches = 0 as is_equal
    from counted

)

select * from judged

{{ config(
    incremental_predicates=[
        "(day, fingerprint) not in (select day, facts_fingerprint from {{ ref('fact_completeness_daily') }} where n_facts > 0)"
    ]
) }}

{% set days = days_to_build(
    "select day, facts_fingerprint as fingerprint from " ~ ref("fact_completeness_daily") ~ " where n_facts > 0"
) %}

with

-- One task a bucket, so that a day has one file a bucket.
fct_plays as (

    select /*+ repartition({{ config.get("buckets", 1) }}, profile_id) */
        profile_id,
        show_title_id,
        played_at,
        strength,
        launched_at,
        play_id,
        device,
        {{ visible_on("played_at") }} as day
    from {{ ref("fct_plays") }}
    where {{ became_visible_on("played_at", days) }}

),

fact_completeness_daily as (

    select
        day,
        facts_fingerprint
    from {{ ref("fact_completeness_daily") }}

),

collected as (

    select
        profile_id,
        day,
        sort_array(collect_list(struct(played_at, show_title_id, strength, launched_at, play_id, device))) as plays
    from fct_plays
    group by profile_id, day

),

nested as (

    select
        collected.profile_id,
        {{ keep_fields("collected.plays", ["played_at", "show_title_id", "strength", "launched_at"]) }} as plays,
        {{ collect_field("collected.plays", "device") }} as devices,
        collected.day,
        fact_completeness_daily.facts_fingerprint as fingerprint
    from collected
    inner join fact_completeness_daily on collected.day = fact_completeness_daily.day

)

select * from nested

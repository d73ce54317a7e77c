{{ config(
    incremental_predicates=[
        "(day, fingerprint) not in (select day, facts_fingerprint from {{ ref('fact_completeness_daily') }} where n_facts > 0)"
    ]
) }}

{% set days = days_to_build(
    "select day, facts_fingerprint as fingerprint from " ~ ref("fact_completeness_daily") ~ " where n_facts > 0"
) %}
{# up to a month's pairs of profile and title are sent to where they are sought, not the other way round #}
{% set is_few = days is not none and days | length <= 31 %}

with

-- The facts of the days to build.
fct_plays as (

    select
        profile_id,
        show_title_id,
        country_iso_code,
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

built_firsts as (

    select
        profile_id,
        show_title_id,
        country_iso_code,
        min(day) as day
    from fct_plays
    group by profile_id, show_title_id, country_iso_code

),

{% if days is none %}
firsts as (

    select * from built_firsts

),
{% else %}
standing as (

    select
        country_iso_code,
        show_title_id,
        plays,
        new_profile_ids,
        day
    from {{ this }}

),

standing_firsts as (

    select
        explode(new_profile_ids) as profile_id,
        show_title_id,
        country_iso_code,
        day
    from standing

),

-- Pairs of profile and title whose first play was on a day to build: another may be the first now.
lost_firsts as (

    select
        profile_id,
        show_title_id
    from standing_firsts
    where {{ day_in("day", days) }}

),

-- A pair's first play on a day that is not to build: as it stands, or, if lost, from all facts.
unbuilt_firsts as (

    select {{ "/*+ broadcast(built_firsts) */" if is_few }}
        standing_firsts.profile_id,
        standing_firsts.show_title_id,
        standing_firsts.country_iso_code,
        standing_firsts.day,
        false as was_lost
    from standing_firsts
    left semi join built_firsts
        on standing_firsts.profile_id = built_firsts.profile_id
        and standing_firsts.show_title_id = built_firsts.show_title_id
    where not {{ day_in("standing_firsts.day", days) }}
    union all
    select {{ "/*+ broadcast(lost_firsts) */" if is_few }}
        all_plays.profile_id,
        all_plays.show_title_id,
        all_plays.country_iso_code,
        min({{ visible_on("all_plays.played_at") }}) as day,
        true as was_lost
    from {{ ref("fct_plays") }} as all_plays
    left semi join lost_firsts
        on all_plays.profile_id = lost_firsts.profile_id
        and all_plays.show_title_id = lost_firsts.show_title_id
    where not {{ day_in(visible_on("all_plays.played_at"), days) }}
    group by all_plays.profile_id, all_plays.show_title_id, all_plays.country_iso_code

),

firsts as (

    select built_firsts.*
    from built_firsts
    left join unbuilt_firsts
        on built_firsts.profile_id = unbuilt_firsts.profile_id
        and built_firsts.show_title_id = unbuilt_firsts.show_title_id
    where unbuilt_firsts.day is null or built_firsts.day < unbuilt_firsts.day

),

-- A first play can move to or from a day that is not to build: to one if it is lost and nothing
-- built is earlier, from one if something built is.
moved as (

    select
        unbuilt_firsts.profile_id,
        unbuilt_firsts.show_title_id,
        unbuilt_firsts.country_iso_code,
        unbuilt_firsts.day,
        unbuilt_firsts.was_lost as is_new
    from unbuilt_firsts
    left join built_firsts
        on unbuilt_firsts.profile_id = built_firsts.profile_id
        and unbuilt_firsts.show_title_id = built_firsts.show_title_id
    where unbuilt_firsts.was_lost = coalesce(unbuilt_firsts.day < built_firsts.day, true)

),

moved_by_title as (

    select
        country_iso_code,
        show_title_id,
        day,
        collect_list(profile_id) filter (where is_new) as come,
        collect_list(profile_id) filter (where not is_new) as gone
    from moved
    group by country_iso_code, show_title_id, day

),

-- Such a day is published as a whole; no other is read.
touched as (

    select {{ "/*+ broadcast(moved) */" if is_few }} standing.*
    from standing
    left semi join moved on standing.day = moved.day

),

adjusted as (

    select {{ "/*+ broadcast(moved_by_title) */" if is_few }}
        touched.country_iso_code,
        touched.show_title_id,
        touched.plays,
        if(
            moved_by_title.day is null,
            touched.new_profile_ids,
            sort_array(concat(array_except(touched.new_profile_ids, moved_by_title.gone), moved_by_title.come))
        ) as new_profile_ids,
        touched.day
    from touched
    left join moved_by_title
        on touched.country_iso_code = moved_by_title.country_iso_code
        and touched.show_title_id = moved_by_title.show_title_id
        and touched.day = moved_by_title.day

),
{% endif %}

counted as (

    select
        country_iso_code,
        show_title_id,
        day,
        count(*) as plays
    from fct_plays
    group by country_iso_code, show_title_id, day

),

begun as (

    select
        country_iso_code,
        show_title_id,
        day,
        sort_array(collect_list(profile_id)) as new_profile_ids
    from firsts
    group by country_iso_code, show_title_id, day

),

summed as (

    select
        counted.country_iso_code,
        counted.show_title_id,
        counted.plays,
        coalesce(begun.new_profile_ids, array()) as new_profile_ids,
        counted.day
    from counted
    left join begun
        on counted.country_iso_code = begun.country_iso_code
        and counted.show_title_id = begun.show_title_id
        and counted.day = begun.day
    {% if days is not none %}
    union all
    select * from adjusted
    {% endif %}

),

fingerprinted as (

    select
        summed.country_iso_code,
        summed.show_title_id,
        summed.plays,
        summed.new_profile_ids,
        summed.day,
        fact_completeness_daily.facts_fingerprint as fingerprint
    from summed
    inner join fact_completeness_daily on summed.day = fact_completeness_daily.day

)

select * from fingerprinted

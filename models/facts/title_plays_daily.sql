{{ config(
    incremental_predicates=["day not in (select day from {{ ref('fact_completeness_daily') }} where n_facts > 0)"]
) }}

{% set days = days_to_build(
    "select day, facts_fingerprint as fingerprint from " ~ ref("fact_completeness_daily") ~ " where n_facts > 0"
) %}
{# up to a month's pairs of profile and title are sent to the facts, not the facts to the pairs #}
{% set broadcast = "/*+ broadcast(pairs) */" if days is not none and days | length <= 31 else "" %}

with

fct_plays as (

    select
        profile_id,
        show_title_id,
        country_iso_code,
        {{ visible_on("played_at") }} as day
    from {{ ref("fct_plays") }}

),

fact_completeness_daily as (

    select
        day,
        facts_fingerprint
    from {{ ref("fact_completeness_daily") }}

),

{% if days is none %}
remade as (

    select day from fact_completeness_daily

),

traced as (

    select * from fct_plays

),
{% else %}
-- A changed day can move the first play of its pairs of profile and title to or from another day:
-- to one if the first was on a changed day and is no more, from one if it is and was not.
touched as (

    select
        profile_id,
        show_title_id,
        false as was_first
    from fct_plays
    where {{ day_in("day", days) }}
    union
    select
        explode(new_profile_ids) as profile_id,
        show_title_id,
        true as was_first
    from {{ this }}
    where {{ day_in("day", days) }}

),

touched_pairs as (

    select
        profile_id,
        show_title_id,
        bool_or(was_first) as was_first
    from touched
    group by profile_id, show_title_id

),

followed as (

    select {{ broadcast | replace("pairs", "touched_pairs") }}
        fct_plays.profile_id,
        fct_plays.show_title_id,
        bool_or(touched_pairs.was_first) as was_first,
        min(fct_plays.day) as first_day,
        min(fct_plays.day) filter (where not {{ day_in("fct_plays.day", days) }}) as first_unchanged_day
    from fct_plays
    inner join touched_pairs
        on fct_plays.profile_id = touched_pairs.profile_id
        and fct_plays.show_title_id = touched_pairs.show_title_id
    group by fct_plays.profile_id, fct_plays.show_title_id

),

remade as (

    select day from fact_completeness_daily
    where {{ day_in("day", days) }}
    union
    select first_unchanged_day as day from followed
    where first_unchanged_day is not null and was_first <> ({{ day_in("first_day", days) }})

),

pairs as (

    select distinct
        profile_id,
        show_title_id
    from fct_plays
    left semi join remade on fct_plays.day = remade.day

),

traced as (

    select {{ broadcast }}
        fct_plays.profile_id,
        fct_plays.show_title_id,
        fct_plays.country_iso_code,
        fct_plays.day
    from fct_plays
    left semi join pairs
        on fct_plays.profile_id = pairs.profile_id
        and fct_plays.show_title_id = pairs.show_title_id

),
{% endif %}

counted as (

    select
        profile_id,
        show_title_id,
        country_iso_code,
        day,
        count(*) as plays
    from traced
    group by profile_id, show_title_id, country_iso_code, day

),

marked as (

    select
        *,
        day = min(day) over (partition by profile_id, show_title_id) as is_first
    from counted

),

summed as (

    select
        marked.country_iso_code,
        marked.show_title_id,
        marked.day,
        sum(marked.plays) as plays,
        sort_array(collect_list(marked.profile_id) filter (where marked.is_first)) as new_profile_ids
    from marked
    left semi join remade on marked.day = remade.day
    group by marked.country_iso_code, marked.show_title_id, marked.day

),

fingerprinted as (

    select
        summed.country_iso_code,
        summed.show_title_id,
        summed.plays,
        summed.new_profile_ids,
        fact_completeness_daily.facts_fingerprint as fingerprint,
        summed.day
    from summed
    inner join fact_completeness_daily on summed.day = fact_completeness_daily.day

)

select * from fingerprinted

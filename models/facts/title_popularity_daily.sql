{{ config(
    incremental_predicates=[
        "(day, fingerprint) not in (
            select day + 1, history_fingerprint from {{ ref('fact_completeness_daily') }}
            where day + 1 >= date '{{ dmc12.knob('train_starts_at')[:10] }}'
        )"
    ]
) }}

{% set wanted %}
select day + 1 as day, history_fingerprint as fingerprint from {{ ref("fact_completeness_daily") }}
where day + 1 >= date '{{ knob("train_starts_at")[:10] }}'
{% endset %}
{% set days = days_to_build(wanted) %}
{# where the snapshot before the first to build stands, it is counted on from it #}
{% set counts_on = days and days[0] > knob("train_starts_at")[:10] %}
{% set first_fact = "(select min(day) from " ~ ref("fact_completeness_daily") ~ ")" %}
{% set first_day = "date '" ~ days[0] ~ "' - 28" if counts_on else first_fact %}
{% set is_uncounted = "day >= date '" ~ days[0] ~ "' - 1" if counts_on else "true" %}

with

title_plays_daily as (

    select
        country_iso_code,
        show_title_id,
        plays,
        size(new_profile_ids) as new_profiles,
        day
    from {{ ref("title_plays_daily") }}
    {% if counts_on %}where day >= {{ first_day }}{% endif %}

),

wanted as (

    {{ wanted }}

),

snapshots as (

    select
        day,
        fingerprint,
        row_number() over by_day as place,
        coalesce(lag(day) over by_day + 1, least(day, {{ first_day }})) as from_day,
        cast(count(*) over () as int) as n_snapshots
    from wanted
    where {{ day_in("day", days) }}
    window by_day as (order by day)

),

-- A change counts from the first snapshot on or after its day.
due as (

    select
        place,
        explode(sequence(from_day, day)) as day
    from snapshots

),

-- A play adds to each count the day after, and leaves a window when that has passed.
changes as (

    select
        country_iso_code,
        show_title_id,
        stack(
            4,
            day + 1, plays, plays, plays, if({{ is_uncounted }}, plays, 0L), if({{ is_uncounted }}, new_profiles, 0),
            day + 2, -plays, 0L, 0L, 0L, 0,
            day + 8, 0L, -plays, 0L, 0L, 0,
            day + 29, 0L, 0L, -plays, 0L, 0
        ) as (day, plays_1d, plays_7d, plays_28d, plays_all, new_profiles)
    from title_plays_daily
    {% if counts_on %}
    union all
    select
        country_iso_code,
        show_title_id,
        day + 1 as day,
        0L as plays_1d,
        0L as plays_7d,
        0L as plays_28d,
        plays_all,
        profiles_all as new_profiles
    from {{ this }}
    where day = date '{{ days[0] }}' - 1 and country_iso_code <> '*'
    {% endif %}

),

placed as (

    select /*+ broadcast(due) */
        coalesce(changes.country_iso_code, '*') as country_iso_code,
        changes.show_title_id,
        due.place,
        sum(changes.plays_1d) as plays_1d,
        sum(changes.plays_7d) as plays_7d,
        sum(changes.plays_28d) as plays_28d,
        sum(changes.plays_all) as plays_all,
        sum(changes.new_profiles) as profiles_all
    from changes
    inner join due on changes.day = due.day
    group by grouping sets (
        (changes.country_iso_code, changes.show_title_id, due.place), (changes.show_title_id, due.place)
    )

),

running as (

    select
        country_iso_code,
        show_title_id,
        place,
        lead(place) over (partition by country_iso_code, show_title_id order by place) as next_place,
        sum(plays_1d) over until_then as plays_1d,
        sum(plays_7d) over until_then as plays_7d,
        sum(plays_28d) over until_then as plays_28d,
        sum(plays_all) over until_then as plays_all,
        sum(profiles_all) over until_then as profiles_all
    from placed
    window until_then as (
        partition by country_iso_code, show_title_id
        order by place
        rows between unbounded preceding and current row
    )

),

-- Counts hold until they change.
held as (

    select
        running.*,
        explode(sequence(running.place, coalesce(running.next_place, snapshots.n_snapshots + 1) - 1)) as snapshot_place
    from running
    inner join snapshots on running.place = snapshots.place

),

dated as (

    select
        held.country_iso_code,
        held.show_title_id,
        held.plays_1d,
        held.plays_7d,
        held.plays_28d,
        held.plays_all,
        held.profiles_all,
        (4D * held.plays_7d + 1) / (held.plays_28d + 1) as trend,
        snapshots.fingerprint,
        snapshots.day
    from held
    inner join snapshots on held.snapshot_place = snapshots.place

)

-- One task a day, so that a day has one file.
select /*+ repartition(day) */ * from dated

with

contexts as (

    select context_at from {{ ref("contexts") }}

),

fct_plays as (

    select
        profile_id,
        show_title_id,
        country_iso_code,
        played_at
    from {{ ref("fct_plays") }}

),

days as (

    select distinct cast(context_at as date) as day from contexts

),

ordered as (

    select
        show_title_id,
        country_iso_code,
        cast(played_at as date) as played_on,
        row_number() over (partition by profile_id, show_title_id order by played_at) = 1 as is_first
    from fct_plays

),

counted as (

    select
        show_title_id,
        coalesce(country_iso_code, '*') as country_iso_code,
        played_on,
        count(*) as plays,
        count_if(is_first) as first_plays
    from ordered
    group by grouping sets ((show_title_id, country_iso_code, played_on), (show_title_id, played_on))

),

-- The state as of a day holds the facts of the days before it, never its own.
summed as (

    select
        days.day,
        counted.country_iso_code,
        counted.show_title_id,
        coalesce(sum(counted.plays) filter (where counted.played_on >= days.day - 1), 0) as plays_1d,
        coalesce(sum(counted.plays) filter (where counted.played_on >= days.day - 7), 0) as plays_7d,
        coalesce(sum(counted.plays) filter (where counted.played_on >= days.day - 28), 0) as plays_28d,
        sum(counted.plays) as plays_all,
        sum(counted.first_plays) as profiles_all
    from days
    inner join counted on days.day > counted.played_on
    group by days.day, counted.country_iso_code, counted.show_title_id

)

select * from summed

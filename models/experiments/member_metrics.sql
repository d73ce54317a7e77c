{%- set starts_at = "timestamp '" ~ knob("facts_end_at") ~ "' - interval " ~ knob("member_metric_days") ~ " days" -%}
with

profiles as (

    select profile_id from {{ ref("profiles") }}
    where signed_up_at < {{ starts_at }}

),

fct_plays as (

    select
        profile_id,
        played_at
    from {{ ref("fct_plays") }}
    where played_at >= {{ starts_at }}

),

counted as (

    select
        profiles.profile_id,
        double(count(fct_plays.played_at)) as plays,
        double(count(distinct date(fct_plays.played_at))) as active_days,
        double(count(fct_plays.played_at) > 0) as retention
    from profiles
    left join fct_plays on profiles.profile_id = fct_plays.profile_id
    group by profiles.profile_id

)

select * from counted

with

stg_impressions as (

    select
        impression_id,
        raw_profile_id,
        raw_show_title_id,
        raw_shown_at,
        raw_position,
        raw_propensity,
        shown_at,
        position,
        propensity
    from {{ ref("stg_impressions") }}

),

profiles as (

    select
        raw_profile_id,
        profile_id,
        country_iso_code,
        signed_up_at
    from {{ ref("profiles") }}

),

titles as (

    select
        raw_show_title_id,
        show_title_id,
        launched_at
    from {{ ref("titles") }}

),

matched as (

    select
        stg_impressions.*,
        profiles.profile_id,
        profiles.country_iso_code,
        profiles.signed_up_at,
        titles.show_title_id,
        titles.launched_at
    from stg_impressions
    left join profiles on stg_impressions.raw_profile_id = profiles.raw_profile_id
    left join titles on stg_impressions.raw_show_title_id = titles.raw_show_title_id

),

{{ checked("matched", "impression_id", impression_rules(), columns=[
    "impression_id", "raw_profile_id", "raw_show_title_id", "raw_shown_at", "raw_position", "raw_propensity",
    "profile_id", "show_title_id", "country_iso_code", "shown_at", "position", "propensity",
]) }}

select * from checked

with

stg_plays as (

    select
        play_id,
        raw_profile_id,
        raw_show_title_id,
        raw_played_at,
        raw_strength,
        played_at,
        strength,
        device
    from {{ ref("stg_plays") }}

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
        stg_plays.*,
        profiles.profile_id,
        profiles.country_iso_code,
        profiles.signed_up_at,
        titles.show_title_id,
        titles.launched_at
    from stg_plays
    left join profiles on stg_plays.raw_profile_id = profiles.raw_profile_id
    left join titles on stg_plays.raw_show_title_id = titles.raw_show_title_id

),

{{ checked("matched", "play_id", play_rules(), columns=[
    "play_id", "raw_profile_id", "raw_show_title_id", "raw_played_at", "raw_strength",
    "profile_id", "show_title_id", "country_iso_code", "played_at", "strength", "launched_at", "device",
]) }}

select * from checked

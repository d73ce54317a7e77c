with

plays_checked as (

    select
        play_id,
        profile_id,
        show_title_id,
        country_iso_code,
        played_at,
        strength,
        launched_at,
        device,
        reasons
    from {{ ref("plays_checked") }}

),

accepted as (

    select
        play_id,
        profile_id,
        show_title_id,
        country_iso_code,
        played_at,
        strength,
        launched_at,
        device
    from plays_checked
    where size(reasons) = 0

)

select * from accepted

with

plays_checked as (

    select
        play_id,
        raw_profile_id,
        raw_show_title_id,
        raw_played_at,
        raw_strength,
        reasons
    from {{ ref("plays_checked") }}

),

rejected as (

    select * from plays_checked
    where size(reasons) > 0

)

select * from rejected

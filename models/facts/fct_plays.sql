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

-- Sorted by time, a file's parts that hold none of the days asked for are not read.
accepted as (

    select
        play_id,
        profile_id,
        show_title_id,
        country_iso_code,
        played_at,
        strength,
        launched_at,
        device,
        xxhash64(play_id, profile_id, show_title_id, country_iso_code, played_at, strength, launched_at, device)
            as fingerprint
    from plays_checked
    where size(reasons) = 0
    sort by played_at

)

select * from accepted

with

profiles as (

    select
        profile_id,
        country_iso_code,
        signed_up_at
    from {{ ref("profiles") }}

),

fct_plays as (

    select
        profile_id,
        show_title_id,
        played_at,
        strength,
        launched_at,
        play_id,
        device
    from {{ ref("fct_plays") }}

),

collected as (

    select
        profile_id,
        sort_array(collect_list(struct(played_at, show_title_id, strength, launched_at, play_id, device))) as plays
    from fct_plays
    group by profile_id

),

nested as (

    select
        profiles.profile_id,
        profiles.country_iso_code,
        profiles.signed_up_at,
        {{ keep_fields(
            "coalesce(collected.plays, array())", ["played_at", "show_title_id", "strength", "launched_at"]
        ) }} as plays,
        {{ collect_field("coalesce(collected.plays, array())", "device") }} as devices
    from profiles
    left join collected on profiles.profile_id = collected.profile_id

)

select * from nested

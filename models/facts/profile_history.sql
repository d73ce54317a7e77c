with

profiles as (

    select
        profile_id,
        country_iso_code,
        signed_up_at
    from {{ ref("profiles") }}

),

profile_plays_daily as (

    select
        profile_id,
        day,
        plays,
        devices
    from {{ ref("profile_plays_daily") }}

),

collected as (

    select
        profile_id,
        sort_array(collect_list(struct(day, plays))) as plays_by_day,
        sort_array(collect_list(struct(day, devices))) as devices_by_day
    from profile_plays_daily
    group by profile_id

),

-- Both lie in the same buckets of profiles: the hint keeps few plays from being sent to all tasks.
nested as (

    select /*+ shuffle_hash(collected) */
        profiles.profile_id,
        profiles.country_iso_code,
        profiles.signed_up_at,
        coalesce(flatten({{ collect_field("collected.plays_by_day", "plays") }}), array()) as plays,
        coalesce(flatten({{ collect_field("collected.devices_by_day", "devices") }}), array()) as devices
    from profiles
    left join collected on profiles.profile_id = collected.profile_id

)

select * from nested

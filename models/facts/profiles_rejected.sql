with

profiles_checked as (

    select
        raw_profile_id,
        country_iso_code,
        raw_signed_up_at,
        reasons
    from {{ ref("profiles_checked") }}

),

rejected as (

    select * from profiles_checked
    where size(reasons) > 0

)

select * from rejected

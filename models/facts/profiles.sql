with

profiles_checked as (

    select
        raw_profile_id,
        country_iso_code,
        signed_up_at,
        reasons
    from {{ ref("profiles_checked") }}

),

accepted as (

    select * from profiles_checked
    where size(reasons) = 0

),

keyed as (

    select
        {{ long_key("raw_profile_id") }} as profile_id,
        raw_profile_id,
        country_iso_code,
        signed_up_at
    from accepted

)

select * from keyed

with

stg_profiles as (

    select
        raw_profile_id,
        country_iso_code,
        signed_up_at
    from {{ ref("stg_profiles") }}
    where raw_profile_id is not null

),

keyed as (

    select
        {{ long_key("raw_profile_id") }} as profile_id,
        raw_profile_id,
        country_iso_code,
        signed_up_at
    from stg_profiles

)

select * from keyed

{{ require_input(ref("raw_profiles"), {
    "profile_id": "id", "country_iso_code": "text", "signed_up_at": "moment",
}) }}

with

raw_profiles as (

    select
        profile_id,
        country_iso_code,
        signed_up_at
    from {{ ref("raw_profiles") }}

),

typed as (

    select
        cast(profile_id as string) as raw_profile_id,
        cast(country_iso_code as string) as country_iso_code,
        cast(signed_up_at as string) as raw_signed_up_at,
        {{ moment("signed_up_at") }} as signed_up_at
    from raw_profiles

)

select * from typed

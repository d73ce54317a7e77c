with

stg_profiles as (

    select
        raw_profile_id,
        country_iso_code,
        raw_signed_up_at,
        signed_up_at
    from {{ ref("stg_profiles") }}

),

compared as (

    select
        *,
        size(collect_set(if({{ is_iso_country("country_iso_code") }}, country_iso_code, null))
            over (partition by raw_profile_id)) as n_countries
    from stg_profiles

),

{{ checked("compared", "raw_profile_id", profile_rules(), columns=[
    "raw_profile_id", "country_iso_code", "raw_signed_up_at", "signed_up_at",
]) }}

select * from checked

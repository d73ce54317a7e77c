with

stg_profiles as (

    select
        raw_profile_id,
        country_iso_code,
        raw_signed_up_at,
        signed_up_at
    from {{ ref("stg_profiles") }}

),

recognised as (

    select
        *,
        if({{ is_iso_country("country_iso_code") }}, country_iso_code, null) as known_country
    from stg_profiles

),

compared as (

    select
        *,
        size(collect_set(known_country) over (partition by raw_profile_id)) as n_countries
    from recognised

),

{{ checked("compared", "raw_profile_id", profile_rules(), columns=[
    "raw_profile_id", "country_iso_code", "raw_signed_up_at", "signed_up_at",
]) }}

select * from checked

with

stg_profiles as (

    select
        raw_profile_id,
        country_iso_code,
        signed_up_at
    from {{ ref("stg_profiles") }}
    where raw_profile_id is not null

),

claimed as (

    select
        *,
        {{ long_key("raw_profile_id") }} as claimed_key
    from stg_profiles

),

ordered as (

    select
        *,
        row_number() over (partition by claimed_key order by raw_profile_id) as claim
    from claimed

),

keyed as (

    select
        if(claim = 1, claimed_key, xxhash64(raw_profile_id, claim)) as profile_id,
        raw_profile_id,
        country_iso_code,
        signed_up_at
    from ordered

)

select * from keyed

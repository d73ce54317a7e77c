with

stg_titles as (

    select
        raw_show_title_id,
        title,
        creator,
        genres,
        launched_at,
        country_iso_codes
    from {{ ref("stg_titles") }}
    where raw_show_title_id is not null

),

claimed as (

    select
        *,
        {{ long_key("raw_show_title_id") }} as claimed_key
    from stg_titles

),

ordered as (

    select
        *,
        row_number() over (partition by claimed_key order by raw_show_title_id) as claim
    from claimed

),

keyed as (

    select
        if(claim = 1, claimed_key, xxhash64(raw_show_title_id, claim)) as show_title_id,
        raw_show_title_id,
        title,
        creator,
        genres,
        launched_at,
        country_iso_codes
    from ordered

)

select * from keyed

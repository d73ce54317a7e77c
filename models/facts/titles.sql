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

keyed as (

    select
        {{ long_key("raw_show_title_id") }} as show_title_id,
        raw_show_title_id,
        title,
        creator,
        genres,
        launched_at,
        country_iso_codes
    from stg_titles

)

select * from keyed

with

stg_titles as (

    select
        raw_show_title_id,
        title,
        creator,
        raw_genres,
        raw_launched_at,
        raw_countries,
        genres,
        launched_at,
        country_iso_codes
    from {{ ref("stg_titles") }}

),

{{ checked("stg_titles", "raw_show_title_id", title_rules(), columns=[
    "raw_show_title_id", "title", "creator", "raw_genres", "raw_launched_at", "raw_countries",
    "genres", "launched_at", "country_iso_codes",
]) }}

select * from checked

{{ require_input(ref("raw_titles"), {
    "show_title_id": "id", "title": "text", "creator": "text", "genres": "text",
    "launched_at": "moment", "countries": "text",
}) }}

with

raw_titles as (

    select
        show_title_id,
        title,
        creator,
        genres,
        launched_at,
        countries
    from {{ ref("raw_titles") }}

),

typed as (

    select
        cast(show_title_id as string) as raw_show_title_id,
        cast(title as string) as title,
        cast(creator as string) as creator,
        cast(genres as string) as raw_genres,
        cast(launched_at as string) as raw_launched_at,
        cast(countries as string) as raw_countries,
        filter(split(coalesce(genres, ''), '[|]'), genre -> genre <> '') as genres,
        {{ moment("launched_at") }} as launched_at,
        filter(split(coalesce(countries, ''), '[|]'), country -> country <> '') as country_iso_codes
    from raw_titles

)

select * from typed

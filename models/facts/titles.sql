with

titles_checked as (

    select
        raw_show_title_id,
        title,
        creator,
        genres,
        launched_at,
        country_iso_codes,
        reasons
    from {{ ref("titles_checked") }}

),

accepted as (

    select * from titles_checked
    where size(reasons) = 0

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
    from accepted

)

select * from keyed

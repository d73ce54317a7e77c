with

titles_checked as (

    select
        raw_show_title_id,
        title,
        creator,
        raw_genres,
        raw_launched_at,
        raw_countries,
        reasons
    from {{ ref("titles_checked") }}

),

rejected as (

    select * from titles_checked
    where size(reasons) > 0

)

select * from rejected

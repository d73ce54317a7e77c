with

fct_impressions as (

    select
        profile_id,
        show_title_id,
        shown_at
    from {{ ref("fct_impressions") }}

),

nested as (

    select
        profile_id,
        sort_array(collect_list(struct(shown_at, show_title_id))) as impressions
    from fct_impressions
    group by profile_id

)

select * from nested

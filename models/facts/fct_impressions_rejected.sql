with

impressions_checked as (

    select
        impression_id,
        raw_profile_id,
        raw_show_title_id,
        raw_shown_at,
        raw_position,
        raw_propensity,
        reasons
    from {{ ref("impressions_checked") }}

),

rejected as (

    select * from impressions_checked
    where size(reasons) > 0

)

select * from rejected

with

impressions_checked as (

    select
        impression_id,
        profile_id,
        show_title_id,
        country_iso_code,
        shown_at,
        position,
        propensity,
        reasons
    from {{ ref("impressions_checked") }}

),

accepted as (

    select
        impression_id,
        profile_id,
        show_title_id,
        country_iso_code,
        shown_at,
        position,
        propensity
    from impressions_checked
    where size(reasons) = 0

)

select * from accepted

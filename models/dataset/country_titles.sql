with

profiles as (

    select country_iso_code from {{ ref("profiles") }}

),

titles as (

    select
        show_title_id,
        launched_at,
        country_iso_codes
    from {{ ref("titles") }}

),

countries as (

    select distinct country_iso_code from profiles

),

available as (

    select
        countries.country_iso_code,
        titles.show_title_id,
        titles.launched_at
    from countries
    inner join titles
        on array_contains(titles.country_iso_codes, '*')
        or array_contains(titles.country_iso_codes, countries.country_iso_code)

),

collected as (

    select
        country_iso_code,
        sort_array(collect_list(struct(show_title_id, launched_at))) as titles
    from available
    group by country_iso_code

)

select * from collected

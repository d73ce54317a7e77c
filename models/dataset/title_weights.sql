with

fct_plays as (

    select
        show_title_id,
        played_at
    from {{ ref("fct_plays") }}

),

fit_dates as (

    select explode(
        cast(array(
            {%- for date in knob("popularity_fit_dates") %}
            timestamp '{{ date }}'{{ "," if not loop.last }}
            {%- endfor %}
        ) as array<timestamp>)
    ) as fitted_at

),

weighted as (

    select
        fit_dates.fitted_at,
        fct_plays.show_title_id,
        power(count(*), {{ knob("popularity_exponent") }}D) as weight
    from fit_dates
    inner join fct_plays on {{ visible_until("fit_dates.fitted_at") }} > fct_plays.played_at
    group by fit_dates.fitted_at, fct_plays.show_title_id

)

select * from weighted

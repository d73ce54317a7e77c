with

contexts as (

    select
        profile_id,
        country_iso_code,
        signed_up_at,
        context_at,
        label_until,
        n_past_plays,
        device,
        labels
    from {{ ref("contexts") }}

),

fct_plays as (

    select
        country_iso_code,
        played_at
    from {{ ref("fct_plays") }}

),

-- Places are drawn from training time alone.
countries as (

    select
        country_iso_code,
        row_number() over (order by count(*) desc, country_iso_code) as country_place
    from fct_plays
    where played_at < timestamp '{{ knob("validation_starts_at") }}'
    group by country_iso_code

),

described as (

    select
        contexts.*,
        countries.country_place,
        datediff(day, contexts.signed_up_at, contexts.context_at) as tenure_days
    from contexts
    left join countries on contexts.country_iso_code = countries.country_iso_code

),

tagged as (

    select
        profile_id,
        country_iso_code,
        context_at,
        label_until,
        {{ split_of("context_at", "label_until") }} as split,
        {{ tags_of(knob("tags")) }} as tags,
        labels
    from described

)

select * from tagged

with

contexts as (

    select
        profile_id,
        country_iso_code,
        signed_up_at,
        context_at,
        label_until,
        n_past_plays,
        labels
    from {{ ref("contexts") }}

),

fct_plays as (

    select
        country_iso_code,
        played_at
    from {{ ref("fct_plays") }}

),

-- Groups are drawn from training time alone.
countries as (

    select
        country_iso_code,
        row_number() over (order by count(*) desc, country_iso_code) as place
    from fct_plays
    where played_at < timestamp '{{ knob("validation_starts_at") }}'
    group by country_iso_code

),

grouped as (

    select country_iso_code from countries
    where place <= {{ knob("country_groups") }}

),

tagged as (

    select
        contexts.profile_id,
        contexts.country_iso_code,
        contexts.context_at,
        contexts.label_until,
        {{ split_of("contexts.context_at", "contexts.label_until") }} as split,
        coalesce(grouped.country_iso_code, 'rest') as country_group,
        {{ tenure_bucket("contexts.signed_up_at", "contexts.context_at") }} as tenure_bucket,
        contexts.n_past_plays = 0 as is_first_time_profile,
        contexts.labels
    from contexts
    left join grouped on contexts.country_iso_code = grouped.country_iso_code

)

select * from tagged

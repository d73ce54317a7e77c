with

contexts_in_strata as (

    select
        profile_id,
        country_iso_code,
        context_at,
        split,
        tags,
        labels,
        stratum,
        population,
        target,
        place
    from {{ ref("contexts_in_strata") }}

),

kept as (

    select
        profile_id,
        country_iso_code,
        context_at,
        split,
        tags,
        stratum,
        cast(target as double) / population as inclusion_probability,
        labels
    from contexts_in_strata
    where place <= target

)

select * from kept

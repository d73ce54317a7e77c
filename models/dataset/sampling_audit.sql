with

contexts_in_strata as (

    select
        profile_id,
        context_at,
        split,
        stratum,
        target
    from {{ ref("contexts_in_strata") }}

),

contexts_sampled as (

    select
        profile_id,
        context_at,
        inclusion_probability
    from {{ ref("contexts_sampled") }}

),

counted as (

    select
        contexts_in_strata.split,
        contexts_in_strata.stratum,
        count(*) as population,
        max(contexts_in_strata.target) as target,
        count(contexts_sampled.profile_id) as kept,
        max(contexts_sampled.inclusion_probability) as inclusion_probability
    from contexts_in_strata
    left join contexts_sampled
        on contexts_in_strata.profile_id = contexts_sampled.profile_id
        and contexts_in_strata.context_at = contexts_sampled.context_at
    group by contexts_in_strata.split, contexts_in_strata.stratum

),

audited as (

    select
        split,
        stratum,
        population,
        target,
        kept,
        inclusion_probability,
        target - kept as shortfall
    from counted

)

select * from audited

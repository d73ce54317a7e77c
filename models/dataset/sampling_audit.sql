with

strata_targets as (

    select
        split,
        stratum,
        population,
        requested_share,
        target
    from {{ ref("strata_targets") }}

),

contexts_sampled as (

    select
        split,
        stratum,
        inclusion_probability
    from {{ ref("contexts_sampled") }}

),

counted as (

    select
        split,
        stratum,
        count(*) as kept,
        max(inclusion_probability) as inclusion_probability
    from contexts_sampled
    group by split, stratum

),

audited as (

    select
        strata_targets.split,
        strata_targets.stratum,
        strata_targets.population,
        strata_targets.requested_share,
        strata_targets.target,
        coalesce(counted.kept, 0L) as kept,
        counted.inclusion_probability,
        strata_targets.target - coalesce(counted.kept, 0L) as shortfall
    from strata_targets
    left join counted
        on strata_targets.split = counted.split and strata_targets.stratum = counted.stratum

)

select * from audited

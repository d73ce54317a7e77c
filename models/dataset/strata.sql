with

contexts_in_strata as (

    select
        split,
        stratum,
        stratum_values
    from {{ ref("contexts_in_strata") }}

),

counted as (

    select
        split,
        stratum,
        stratum_values,
        count(*) as population
    from contexts_in_strata
    group by split, stratum, stratum_values

)

select * from counted

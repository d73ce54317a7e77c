with

negatives_sampled as (

    select
        profile_id,
        context_at,
        split,
        quotas
    from {{ ref("negatives_sampled") }}

),

evaluation_candidates as (

    select
        profile_id,
        context_at,
        split,
        quotas
    from {{ ref("evaluation_candidates") }}

),

drawn as (

    select * from negatives_sampled
    union all
    select * from evaluation_candidates

),

exploded as (

    select
        profile_id,
        context_at,
        split,
        inline(quotas) as (strategy, wanted, drawn)
    from drawn

),

short as (

    select * from exploded
    where drawn < wanted

)

select * from short

with

rankers as (

    select
        ranker,
        set_id,
        importances
    from {{ ref("rankers") }}

),

exploded as (

    select
        ranker,
        set_id,
        inline(importances) as (feature, gain, split)
    from rankers

),

summed as (

    select
        *,
        sum(gain) over (partition by ranker) as total_gain,
        sum(split) over (partition by ranker) as total_split
    from exploded

),

shared as (

    select
        ranker,
        set_id,
        feature,
        gain,
        split,
        coalesce(try_divide(gain, total_gain), 0D) as gain_share,
        coalesce(try_divide(split, total_split), 0D) as split_share,
        rank() over (partition by ranker order by gain desc) as gain_rank
    from summed

)

select * from shared

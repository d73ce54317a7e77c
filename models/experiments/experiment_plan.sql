{%- set yardsticks = adapter.call("dmc12.rankers:oracles", knob("rankers"), knob("features")) -%}
with

ranker_comparisons as (

    select
        ranker,
        value
    from {{ ref("ranker_comparisons") }}
    where
        split = 'test'
        and slice = 'all'
        and weighting = 'plain'
        and verdict = 'better'
        and if(k is null, metric, metric || '_at_' || k) = '{{ knob("winner_metric") }}'

),

member_metrics as (

    select
        plays,
        active_days,
        retention
    from {{ ref("member_metrics") }}

),

winner as (

    select max_by(ranker, struct(value, ranker)) as ranker
    from ranker_comparisons
    where ranker not in ('{{ yardsticks | join("', '") }}')

),

unpivoted as (

    select
        inline(array(
            struct('plays' as member_metric, plays as value),
            struct('active_days' as member_metric, active_days as value),
            struct('retention' as member_metric, retention as value)
        ))
    from member_metrics

),

summed as (

    select
        member_metric,
        count(*) as n_members,
        double({{ dmc12.exact_sum("value") }}) as total,
        double({{ dmc12.exact_sum("value * value") }}) as total_of_squares
    from unpivoted
    group by member_metric

),

measured as (

    select
        member_metric,
        n_members,
        total / n_members as mean,
        sqrt((total_of_squares - total * total / n_members) / (n_members - 1)) as deviation
    from summed
    where n_members > 1

),

effects as (

    select explode(array(
        {{ knob("smallest_effects") | join("D,\n        ") }}D
    )) as relative_effect

),

planned as (

    select
        measured.*,
        effects.relative_effect,
        effects.relative_effect * measured.mean as effect
    from measured
    cross join effects

),

sized as (

    select
        '{{ knob("experiment") }}' as experiment,
        winner.ranker,
        '{{ knob("control_ranker") }}' as control,
        '{{ knob("winner_metric") }}' as winner_metric,
        planned.member_metric,
        planned.mean,
        planned.deviation,
        planned.relative_effect,
        planned.effect,
        {{ dmc12.arm_size("planned.deviation", "nullif(planned.effect, 0)") }} as n_per_arm,
        planned.n_members,
        {{ knob("significance") }}D as significance,
        {{ knob("test_power") }}D as power
    from planned
    cross join winner

)

select
    *,
    coalesce(2 * n_per_arm <= n_members, false) as is_feasible
from sized

{%- set yardsticks = adapter.call("dmc12.rankers:oracles", knob("rankers"), knob("features")) -%}
{%- set metrics = ["plays", "active_days", "retention"] -%}
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
        {%- for metric in metrics %}
        {{ metric }}{{ "," if not loop.last }}
        {%- endfor %}
    from {{ ref("member_metrics") }}

),

winner as (

    select max_by(ranker, struct(value, ranker)) as ranker
    from ranker_comparisons
    where ranker not in ('{{ yardsticks | join("', '") }}')

),

unpivoted as (

    select inline(array(
        {%- for metric in metrics %}
        struct('{{ metric }}' as member_metric, {{ metric }} as value){{ "," if not loop.last }}
        {%- endfor %}
    ))
    from member_metrics

),

summed as (

    select
        member_metric,
        count(*) as n_members,
        {{ dmc12.exact_sum("value") }} as total,
        {{ dmc12.exact_sum("value * value") }} as total_of_squares
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

planned as (

    select
        *,
        relative_effect * mean as effect
    from measured
    cross join (select explode(array({{ knob("smallest_effects") | join("D, ") }}D)) as relative_effect)

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

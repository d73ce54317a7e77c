{%- set yardsticks = adapter.call("dmc12.rankers:oracles", knob("rankers"), knob("features")) -%}
{%- set family = "split, weighting, is_yardstick" -%}
with

ranker_differences as (

    select
        split,
        slice,
        slice_value,
        ranker,
        control,
        metric,
        k,
        weighting,
        value,
        control_value,
        difference,
        standard_error,
        lower,
        upper,
        p_value,
        smallest_detectable,
        n,
        n_profiles
    from {{ ref("ranker_differences") }}

),

-- What knows the truth is found better in every row, and would make all others' p-values smaller.
families_made as (

    select
        *,
        ranker in ('{{ yardsticks | join("', '") }}') as is_yardstick
    from ranker_differences

),

placed as (

    select
        *,
        count(p_value) over (partition by {{ family }}) as n_family,
        row_number() over (partition by {{ family }} order by p_value nulls last) as place
    from families_made

),

adjusted as (

    select
        *,
        {{ dmc12.benjamini_hochberg("p_value", "place", "n_family", family) }} as p_value_adjusted
    from placed

),

judged as (

    select
        split,
        slice,
        slice_value,
        ranker,
        control,
        metric,
        k,
        weighting,
        value,
        control_value,
        difference,
        standard_error,
        lower,
        upper,
        p_value,
        p_value_adjusted,
        smallest_detectable,
        n,
        n_profiles,
        case
            when p_value_adjusted is null then 'unknown'
            when p_value_adjusted >= {{ knob("significance") }} then 'unclear'
            when difference > 0 then 'better'
            else 'worse'
        end as verdict
    from adjusted

)

select * from judged

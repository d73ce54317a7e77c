with

-- What is logged twice was shown once.
fct_impressions as (

    select
        profile_id,
        shown_at as context_at,
        show_title_id,
        position,
        max(propensity) as propensity
    from {{ ref("fct_impressions") }}
    group by profile_id, shown_at, show_title_id, position

),

dmc12_ranked as (

    select
        profile_id,
        context_at,
        split,
        {{ dmc12.slice_columns() }}
        arrays_zip(items.show_title_id, items.label, items.ranks) as items
    from {{ ref("dmc12_ranked") }}

),

visits as (

    select
        profile_id,
        context_at,
        max(position) as n_positions
    from fct_impressions
    group by profile_id, context_at

),

-- What each ranker would show: its top, as many titles as the visit was shown.
targeted as (

    select
        dmc12_ranked.profile_id,
        dmc12_ranked.context_at,
        dmc12_ranked.split{{ dmc12.slice_tags() }},
        inline(flatten(transform(
            dmc12_ranked.items,
            item -> filter(
                array(
                    {%- for ranker in dmc12.scored_rankers() %}
                    struct(
                        '{{ ranker }}' as ranker,
                        {{ field("item.ranks", ranker) }} as position,
                        item.show_title_id,
                        double(item.label > 0) as reward
                    ){{ "," if not loop.last }}
                    {%- endfor %}
                ),
                target -> target.position <= visits.n_positions
            )
        )))
    from dmc12_ranked
    inner join visits
        on dmc12_ranked.profile_id = visits.profile_id and dmc12_ranked.context_at = visits.context_at

),

weighed as (

    select
        targeted.*,
        coalesce(1 / fct_impressions.propensity, 0D) as weight
    from targeted
    left join fct_impressions
        on targeted.profile_id = fct_impressions.profile_id
        and targeted.context_at = fct_impressions.context_at
        and targeted.position = fct_impressions.position
        and targeted.show_title_id = fct_impressions.show_title_id

),

capped as (

    select
        *,
        least(weight, {{ knob("propensity_weight_cap") }}D) as capped_weight
    from weighed

),

summed as (

    select
        split,
        {{ dmc12.slice_names() }}
        ranker,
        count(*) as n_places,
        count_if(weight > 0) as n_matched,
        double({{ dmc12.exact_sum("reward") }}) as rewards,
        double({{ dmc12.exact_sum("weight") }}) as w,
        double({{ dmc12.exact_sum("weight * reward") }}) as wr,
        double({{ dmc12.exact_sum("weight * weight") }}) as ww,
        double({{ dmc12.exact_sum("weight * weight * reward") }}) as wwr,
        double({{ dmc12.exact_sum("capped_weight") }}) as cw,
        double({{ dmc12.exact_sum("capped_weight * reward") }}) as cwr
    from capped
    group by {{ dmc12.grouping_sets("split, ranker") }}

),

estimated as (

    select
        split,
        slice,
        slice_value,
        ranker,
        wr / n_places as ips,
        wr / nullif(w, 0) as snips,
        cwr / nullif(cw, 0) as ncis,
        -- rewards are 0 or 1, so their squares are themselves
        sqrt(wwr * (1 - 2 * wr / nullif(w, 0)) + ww * pow(wr / nullif(w, 0), 2)) / nullif(w, 0) as standard_error,
        rewards / n_places as observed,
        w * w / nullif(ww, 0) as effective_places,
        n_places,
        n_matched
    from summed

)

select * from estimated

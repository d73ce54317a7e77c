{%- set weightings = {
    "plain": {"w": "n", "wx": "x", "wchance": "chance", "ww": "n", "wwx": "x", "wwxx": "xx"},
    "population": {"w": "w", "wx": "wx", "wchance": "wchance", "ww": "ww", "wwx": "wwx", "wwxx": "wwxx"},
} -%}
with

metric_sums_by_tags as (

    select
        split,
        {%- for tag in dmc12.sliced_tags() %}
        slice_tags[{{ loop.index0 }}] as slice_{{ tag }},
        {%- endfor %}
        ranker,
        metric,
        k,
        n,
        n_contexts,
        n_empty,
        n_singleton,
        x,
        xx,
        chance,
        w,
        wx,
        wchance,
        ww,
        wwx,
        wwxx
    from {{ ref("metric_sums_by_tags") }}

),

summed_by_slice as (

    select
        split,
        {{ dmc12.slice_names() }}
        ranker,
        metric,
        k,
        {%- for weighting, sums in weightings.items() %}
        struct(
            {%- for name, sum in sums.items() %}
            double(sum({{ sum }})) as {{ name }}{{ "," if not loop.last }}
            {%- endfor %}
        ) as {{ weighting }},
        {%- endfor %}
        sum(n) as n,
        sum(n_contexts) as n_contexts,
        sum(n_empty) as n_empty,
        sum(n_singleton) as n_singleton
    from metric_sums_by_tags
    group by {{ dmc12.grouping_sets("split, ranker, metric, k") }}

),

-- A slice value of one split that another split lacks is an empty slice there, not a missing one.
splits_collected as (

    select
        slice,
        slice_value,
        ranker,
        metric,
        k,
        map_from_entries(collect_list(struct(split, struct(summed_by_slice.*)))) as by_split
    from summed_by_slice
    group by slice, slice_value, ranker, metric, k

),

splits as (

    select explode(array(
        {% for split in knob("scored_splits") -%}
        '{{ split }}'{{ "," if not loop.last }}
        {% endfor -%}
    )) as split

),

splits_completed as (

    select
        splits.split,
        splits_collected.* except (by_split),
        try_element_at(splits_collected.by_split, splits.split) as sums
    from splits_collected
    cross join splits

),

weightings_listed as (

    select
        * except (sums),
        sums.n,
        sums.n_contexts,
        sums.n_empty,
        sums.n_singleton,
        inline(array(
            {%- for weighting in weightings %}
            struct('{{ weighting }}' as weighting, sums.{{ weighting }} as sums){{ "," if not loop.last }}
            {%- endfor %}
        )) as (weighting, sums)
    from splits_completed

),

averaged as (

    select
        *,
        sums.wx / nullif(sums.w, 0) as value,
        sums.wchance / nullif(sums.w, 0) as chance
    from weightings_listed

),

summarised as (

    select
        split,
        slice,
        slice_value,
        ranker,
        metric,
        k,
        weighting,
        value,
        {{ dmc12.standard_error("n", "sums", "value") }} as standard_error,
        chance,
        coalesce(n, 0) as n,
        coalesce(n_contexts, 0) as n_contexts,
        coalesce(n_empty, 0) as n_empty,
        coalesce(n_singleton, 0) as n_singleton,
        {{ candidates_of("split") }} as candidates
    from averaged

)

select * from summarised

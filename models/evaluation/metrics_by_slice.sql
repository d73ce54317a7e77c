{%- set weights = {"plain": "1D", "population": "weight"} -%}
with

metrics_by_context as (

    select
        split,
        {{ dmc12.slice_columns() }}
        ranker,
        n_items,
        n_positives,
        1 / inclusion_probability as weight,
        metrics,
        chance
    from {{ ref("metrics_by_context") }}

),

metrics_listed as (

    select
        split
        {{ dmc12.slice_tags() }},
        ranker,
        n_items,
        n_positives,
        weight,
        inline(array(
            {%- for metric in dmc12.metrics() %}
            struct(
                '{{ metric.name }}' as metric,
                int({{ "null" if metric.k is none else metric.k }}) as k,
                metrics.{{ metric.column }} as value,
                chance.{{ metric.column }} as chance
            ){{ "," if not loop.last }}
            {%- endfor %}
        )) as (metric, k, value, chance)
    from metrics_by_context

),

-- The tags of all slices together come first: slices are then sums of few rows.
summed_by_all_tags as (

    select
        split
        {{ dmc12.slice_tags() }},
        ranker,
        metric,
        k,
        count(*) as n_contexts,
        count_if(n_positives = 0) as n_empty,
        count_if(n_items = 1) as n_singleton,
        count(value) as n
        {%- for weighting, weight in weights.items() %}
        {%- for name, term in dmc12.weighted_terms(weight).items() %},
        {{ dmc12.exact_sum(term) }} as {{ weighting }}_{{ name }}
        {%- endfor %}
        {%- endfor %}
    from metrics_listed
    group by split{{ dmc12.slice_tags() }}, ranker, metric, k

),

summed_by_slice as (

    select
        split,
        {{ dmc12.slice_names() }}
        ranker,
        metric,
        k,
        sum(n_contexts) as n_contexts,
        sum(n_empty) as n_empty,
        sum(n_singleton) as n_singleton,
        sum(n) as n
        {%- for weighting, weight in weights.items() %},
        struct(
            {%- for name in dmc12.weighted_terms(weight) %}
            double(sum({{ weighting }}_{{ name }})) as {{ name }}{{ "," if not loop.last }}
            {%- endfor %}
        ) as {{ weighting }}
        {%- endfor %}
    from summed_by_all_tags
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
            {%- for weighting in weights %}
            struct('{{ weighting }}' as weighting, sums.{{ weighting }} as sums){{ "," if not loop.last }}
            {%- endfor %}
        )) as (weighting, sums)
    from splits_completed

),

averaged as (

    select
        *,
        sums.wx / sums.w as value,
        sums.wchance / sums.w as chance
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

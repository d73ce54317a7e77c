{%- set weights = {"plain": none, "population": "weight"} -%}
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

aggregated as (

    select
        split,
        {{ dmc12.slice_names() }}
        ranker,
        {%- for metric in dmc12.metrics() %}
        {%- set is_defined = metric.is_defined ~ " and metrics is not null" %}
        {%- for weighting, weight in weights.items() %}
        {{ dmc12.weighted_sums("metrics." ~ metric.column, "chance." ~ metric.column, weight, is_defined) }}
            as {{ weighting }}_{{ metric.column }},
        {%- endfor %}
        {%- endfor %}
        count(*) as n_contexts,
        count_if(n_positives = 0) as n_empty,
        count_if(n_items = 1) as n_singleton
    from metrics_by_context
    group by {{ dmc12.grouping_sets("split, ranker") }}

),

-- A slice value of one split that another split lacks is an empty slice there, not a missing one.
splits_collected as (

    select
        slice,
        slice_value,
        ranker,
        map_from_entries(collect_list(struct(split, struct(aggregated.*)))) as by_split
    from aggregated
    group by slice, slice_value, ranker

),

splits as (

    select explode(array('{{ knob("scored_splits") | join("', '") }}')) as split

),

splits_completed as (

    select
        splits.split,
        splits_collected.slice,
        splits_collected.slice_value,
        splits_collected.ranker,
        try_element_at(splits_collected.by_split, splits.split) as sums
    from splits_collected
    cross join splits

),

unpivoted as (

    select
        split,
        slice,
        slice_value,
        ranker,
        coalesce(sums.n_contexts, 0) as n_contexts,
        coalesce(sums.n_empty, 0) as n_empty,
        coalesce(sums.n_singleton, 0) as n_singleton,
        inline(array(
            {%- for metric in dmc12.metrics() %}
            {%- set last_metric = loop.last %}
            {%- for weighting in weights %}
            struct(
                '{{ metric.name }}' as metric,
                int({{ "null" if metric.k is none else metric.k }}) as k,
                '{{ weighting }}' as weighting,
                sums.{{ weighting }}_{{ metric.column }} as sums
            ){{ "," if not (loop.last and last_metric) }}
            {%- endfor %}
            {%- endfor %}
        )) as (metric, k, weighting, sums)
    from splits_completed

),

averaged as (

    select
        *,
        sums.wx / sums.w as value,
        sums.wchance / sums.w as chance
    from unpivoted

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
        {{ dmc12.standard_error("sums", "value") }} as standard_error,
        chance,
        coalesce(sums.n, 0) as n,
        n_contexts,
        n_empty,
        n_singleton,
        {{ candidates_of("split") }} as candidates
    from averaged

)

select * from summarised

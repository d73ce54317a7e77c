{%- set weights = {"plain": none, "population": "weight"} -%}
{%- set slices = knob("metric_slices") -%}
with

metrics_by_context as (

    select
        split,
        {%- for slice in slices %}
        {{ field("tags", slice) }} as {{ adapter.quote("slice_" ~ slice) }},
        {%- endfor %}
        ranker,
        n_items,
        n_positives,
        1 / inclusion_probability as weight,
        metrics
    from {{ ref("metrics_by_context") }}

),

aggregated as (

    select
        split,
        {% if slices -%}
        case
            {%- for slice in slices %}
            when grouping({{ adapter.quote("slice_" ~ slice) }}) = 0 then '{{ slice }}'
            {%- endfor %}
            else 'all'
        end as slice,
        case
            {%- for slice in slices %}
            when grouping({{ adapter.quote("slice_" ~ slice) }}) = 0 then string({{ adapter.quote("slice_" ~ slice) }})
            {%- endfor %}
            else 'all'
        end as slice_value,
        {%- else -%}
        'all' as slice,
        'all' as slice_value,
        {%- endif %}
        ranker,
        {%- for metric in dmc12.metrics() %}
        {%- for weighting, weight in weights.items() %}
        {%- set sums = weighting ~ "_" ~ metric.column %}
        {{ dmc12.weighted_sums("metrics." ~ metric.column, weight, metric.is_defined) }} as {{ sums }},
        {%- endfor %}
        {%- endfor %}
        count(*) as n_contexts,
        count_if(n_positives = 0) as n_empty,
        count_if(n_items = 1) as n_singleton
    from metrics_by_context
    group by grouping sets (
        (split, ranker){% for slice in slices %},
        (split, ranker, {{ adapter.quote("slice_" ~ slice) }}){% endfor %}
    )

),

unpivoted as (

    select
        split,
        slice,
        slice_value,
        ranker,
        n_contexts,
        n_empty,
        n_singleton,
        inline(array(
            {%- for metric in dmc12.metrics() %}
            {%- set last_metric = loop.last %}
            {%- for weighting in weights %}
            struct(
                '{{ metric.name }}' as metric,
                int({{ "null" if metric.k is none else metric.k }}) as k,
                '{{ weighting }}' as weighting,
                {{ weighting }}_{{ metric.column }} as sums
            ){{ "," if not (loop.last and last_metric) }}
            {%- endfor %}
            {%- endfor %}
        )) as (metric, k, weighting, sums)
    from aggregated

),

averaged as (

    select
        *,
        sums.wx / sums.w as value
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
        n_contexts,
        n_empty,
        n_singleton
    from averaged

)

select * from summarised

{#
    Assumption: every scored split has every slice, and every value of a slice every ranker x metric
    x k x weighting, all as the knobs give them. Returns the combinations that are missing
    (slice_value null: the whole slice is).
#}
{% test metrics_complete(model) %}
    with

    metrics_by_slice as (

        select
            split,
            slice,
            slice_value,
            ranker,
            metric,
            k,
            weighting
        from {{ model }}

    ),

    splits as (

        select explode(array('{{ dmc12.knob("scored_splits") | join("', '") }}')) as split

    ),

    slices as (

        select explode(array('{{ (["all"] + dmc12.metric_slices().keys() | list) | join("', '") }}')) as slice

    ),

    rankers as (

        select explode(array('{{ dmc12.scored_rankers() | join("', '") }}')) as ranker

    ),

    metrics as (

        select inline(array(
            {%- for metric in dmc12.metrics() %}
            struct('{{ metric.name }}', int({{ "null" if metric.k is none else metric.k }})){{ "," if not loop.last }}
            {%- endfor %}
        )) as (metric, k)

    ),

    weightings as (

        select explode(array('plain', 'population')) as weighting

    ),

    valued as (

        select distinct
            split,
            slice,
            slice_value
        from metrics_by_slice

    ),

    expected as (

        select
            splits.split,
            slices.slice,
            valued.slice_value,
            rankers.ranker,
            metrics.metric,
            metrics.k,
            weightings.weighting
        from splits
        cross join slices
        left join valued on splits.split = valued.split and slices.slice = valued.slice
        cross join rankers
        cross join metrics
        cross join weightings

    ),

    missing as (

        select expected.*
        from expected
        left anti join metrics_by_slice
            on expected.split = metrics_by_slice.split
            and expected.slice = metrics_by_slice.slice
            and expected.slice_value = metrics_by_slice.slice_value
            and expected.ranker = metrics_by_slice.ranker
            and expected.metric = metrics_by_slice.metric
            and expected.k <=> metrics_by_slice.k
            and expected.weighting = metrics_by_slice.weighting

    )

    select * from missing
{% endtest %}

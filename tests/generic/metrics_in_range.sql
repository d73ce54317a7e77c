{#
    Assumption: a metric is null exactly where it is undefined, and else lies in [0, 1]. Returns the
    contexts and rankers where one does not, with the metric's name and value.
#}
{% test metrics_in_range(model) %}
    with

    measured as (

        select
            profile_id,
            context_at,
            ranker,
            n_items,
            n_positives,
            inline(array(
                {%- for metric in dmc12.metrics() %}
                struct(
                    '{{ metric.column }}' as metric,
                    metrics.{{ metric.column }} as value,
                    {{ "n_positives between 1 and n_items - 1" if metric.needs_negative else "n_positives > 0" }} as is_defined
                ){{ "," if not loop.last }}
                {%- endfor %}
            )) as (metric, value, is_defined)
        from {{ model }}

    ),

    checked as (

        select
            *,
            if(is_defined, coalesce(value between 0 and 1, false), value is null) as is_in_range
        from measured

    )

    select * from checked
    where not is_in_range
{% endtest %}

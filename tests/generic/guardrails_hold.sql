{#
    Assumption: no ranker's change against the control, in the test split, lies below what a guardrail
    of knob `rankers` accepts: not the whole interval does. Also that each guardrail watches
    something. Returns the guardrails that are broken, with the change and its interval, and those
    that have no change to watch (`reason` says which).
#}
{% test guardrails_hold(model) %}
    {%- set guardrails = [] -%}
    {%- for ranker, declared in dmc12.knob("rankers").items() -%}
        {%- for name, guardrail in (declared.guardrails or {}).items() -%}
            {%- do guardrails.append((ranker, name, guardrail)) -%}
        {%- endfor -%}
    {%- endfor -%}
    with

    ranker_comparisons as (

        select
            slice,
            slice_value,
            ranker,
            if(k is null, metric, metric || '_at_' || k) as metric,
            weighting,
            difference,
            lower,
            upper
        from {{ model }}
        where split = 'test'

    ),

    guardrails as (

        select inline(cast(array(
            {%- for ranker, name, guardrail in guardrails %}
            struct(
                '{{ name }}', '{{ ranker }}', '{{ guardrail.metric }}', '{{ guardrail.slice | default("all") }}',
                {{ dbt.string_literal(guardrail.slice_value) if guardrail.slice_value is defined else "null" }},
                '{{ guardrail.weighting | default("plain") }}', {{ guardrail.smallest_change | default(0) }}
            ){{ "," if not loop.last }}
            {%- endfor %}
        ) as array<struct<
            guardrail: string, ranker: string, metric: string, slice: string, wanted_value: string,
            weighting: string, smallest_change: double
        >>))

    ),

    watched as (

        select
            guardrails.*,
            ranker_comparisons.slice_value,
            ranker_comparisons.difference,
            ranker_comparisons.lower,
            ranker_comparisons.upper,
            case
                when ranker_comparisons.difference is null then 'no context has the metric in this slice'
                when ranker_comparisons.upper < guardrails.smallest_change then 'significant regression'
            end as reason
        from guardrails
        left join ranker_comparisons
            on guardrails.ranker = ranker_comparisons.ranker
            and guardrails.metric = ranker_comparisons.metric
            and guardrails.slice = ranker_comparisons.slice
            and guardrails.weighting = ranker_comparisons.weighting
            and coalesce(guardrails.wanted_value = ranker_comparisons.slice_value, true)

    )

    select * from watched
    where reason is not null
{% endtest %}

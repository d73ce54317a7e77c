{#
    How many facts a day usually has: the knob expected_facts, or else the median of the same weekday
    in the weeks before (expected_facts_weeks), null where there is none.

    | expected_facts | input: day, n_facts       | call                               | output |
    |----------------|---------------------------|------------------------------------|--------|
    | null           | three Mondays: 10, 20, 90 | {{ usual_facts("day", "n_facts") }} | null, 10.0, 15.0 |
    | 100            |                           |                                    | 100.0, 100.0, 100.0 |
#}
{% macro usual_facts(day, n_facts) -%}
    {%- if dmc12.knob("expected_facts") is none -%}
    percentile({{ n_facts }}, 0.5) over (
        partition by dayofweek({{ day }})
        order by {{ day }}
        rows between {{ dmc12.knob("expected_facts_weeks") }} preceding and 1 preceding
    )
    {%- else -%} {{ dmc12.knob("expected_facts") }}D
    {%- endif -%}
{%- endmacro %}

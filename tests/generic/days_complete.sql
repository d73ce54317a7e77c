{#
    Assumption: each day's completeness reaches the knob `min_completeness`, or the day is one of
    `accepted_days`. Raises one error that names the days, and so stops a build before features are
    made of a part of a day's facts.
#}
{% test days_complete(model) %}
    {% set accepted = [] %}
    {% for moment in dmc12.knob("accepted_days") %}{% do accepted.append(moment[:10]) %}{% endfor %}
    with

    days as (

        select
            day,
            n_facts,
            n_expected,
            completeness
        from {{ model }}

    ),

    short as (

        select concat_ws('',
            array_join(transform(slice(sort_array(collect_list(struct(cast(day as string) as day, n_facts, n_expected))), 1, 5), each -> format_string(
                '%s has %d of %.0f facts', each.day, each.n_facts, each.n_expected
            )), ', '),
            if(count(*) > 5, format_string(' and %d more days', count(*) - 5), '')
        ) as listed
        from days
        where
            completeness < {{ dmc12.knob("min_completeness") }}D
            and not {{ dmc12.day_in("day", accepted) }}
        having count(*) > 0

    ),

    -- dbt only counts what a test returns, so the error stands where even a count needs it
    incomplete as (

        select listed from short
        where raise_error(
            'facts are incomplete: ' || listed || '; knob min_completeness wants {{ dmc12.knob("min_completeness") }} of what is '
            || 'expected. Load what is missing, or name a day that is right as it is in the knob accepted_days'
        ) is not null

    )

    select * from incomplete
{% endtest %}

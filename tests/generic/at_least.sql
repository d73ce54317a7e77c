{#
    Assumption: the table holds at least so many rows. Raises one error that says how many there are.
#}
{% test at_least(model, rows) %}
    with

    counted as (

        select count(*) as n_rows from {{ model }}

    ),

    -- dbt only counts what a test returns, so the error stands where even a count needs it
    too_few as (

        select n_rows from counted
        where if(
            n_rows < {{ rows }},
            raise_error('{{ model.identifier }}: ' || n_rows || ' row(s), at least {{ rows }} needed; '
                || 'see what was rejected and why in the *_checked tables'),
            null
        ) is not null

    )

    select * from too_few
{% endtest %}

{#
    Assumption: the column lies in (low, high], is not NaN, and may be null. Returns what does not.
#}
{% test in_range(model, column_name, low, high) %}
    with

    checked as (

        select
            {{ column_name }},
            {{ dmc12.is_in_range(column_name, low, high) }} as is_in_range
        from {{ model }}

    )

    select * from checked
    where not is_in_range
{% endtest %}

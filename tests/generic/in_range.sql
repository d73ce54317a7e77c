{#
    Assumption: the column lies in (low, high], is not NaN, and may be null. Returns what does not.
#}
{% test in_range(model, column_name, low, high) %}
    with

    checked as (

        select
            {{ column_name }},
            {{ column_name }} > {{ low }}
            and {{ column_name }} <= {{ high }} as is_in_range
        from {{ model }}

    )

    select * from checked
    where not is_in_range
{% endtest %}

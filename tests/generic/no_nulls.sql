{#
    Assumption: none of the columns is null. Returns the rows where one is, and which.
#}
{% test no_nulls(model, columns) %}
    with

    checked as (

        select
            {{ columns | join(", ") }},
            array_compact(array(
                {%- for column in columns %}
                case when {{ column }} is null then '{{ column }}' end{{ "," if not loop.last }}
                {%- endfor %}
            )) as null_columns
        from {{ model }}

    )

    select * from checked
    where size(null_columns) > 0
{% endtest %}

{#
    Assumption: the columns together are a key. Returns the keys that occur more than once.
#}
{% test unique_key(model, columns) %}
    with

    counted as (

        select
            {{ columns | join(", ") }},
            count(*) as occurrences
        from {{ model }}
        group by {{ columns | join(", ") }}

    )

    select * from counted
    where occurrences > 1
{% endtest %}

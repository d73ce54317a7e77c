{#
    Assumption: the column is an ISO country code, by `is_iso_country`. Returns the codes that are not.
#}
{% test iso_country(model, column_name) %}
    with

    checked as (

        select
            {{ column_name }},
            {{ dmc12.is_iso_country(column_name) }} as is_iso_country
        from {{ model }}

    )

    select * from checked
    where not is_iso_country
{% endtest %}

{#
    Assumption: the column is an ISO 3166-1 alpha-2 code (macros/staging/iso_countries.sql). Returns
    the codes that are not.
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

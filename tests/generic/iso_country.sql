{#
    Assumption: the column is an ISO 3166-1 alpha-2 code, or one of those that the standard leaves
    to users (AA, QM to QZ, XA to XZ, ZZ). Returns the codes that are not.
#}
{% test iso_country(model, column_name) %}
    with

    checked as (

        select
            {{ column_name }},
            {{ column_name }} rlike '^(AA|Q[M-Z]|X[A-Z]|ZZ)$'
            or {{ column_name }} in ({% for code in dmc12.iso_countries() %}'{{ code }}'{{ ", " if not loop.last }}{% endfor %})
                as is_iso_country
        from {{ model }}

    )

    select * from checked
    where not is_iso_country
{% endtest %}

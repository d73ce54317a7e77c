{#
    Assumption: the columns' values, taken together, are in the table `to`, under the same names or
    `to_columns`. Returns those that are not, once each.
#}
{% test foreign_key(model, columns, to, to_columns=none) %}
    with

    these as (

        select distinct {{ columns | join(", ") }}
        from {{ model }}

    ),

    those as (

        select distinct
            {%- for column in to_columns or columns %}
            {{ column }} as key_{{ loop.index }}{{ "," if not loop.last }}
            {%- endfor %}
        from {{ to }}

    ),

    unmatched as (

        select these.*
        from these
        left anti join those
            on {% for column in columns %}these.{{ column }} = those.key_{{ loop.index }}{{ " and " if not loop.last }}{% endfor %}

    )

    select * from unmatched
{% endtest %}

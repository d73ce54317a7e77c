{#
    Assumption: every raw row is accepted or rejected, once, and nothing else is: each raw id occurs
    among the raw rows as often as among accepted and rejected ones together. The model holds the
    rejected rows, under the accepted rows' name for the id. Returns the ids, with the three counts.
#}
{% test reconciles(model, raw, raw_id, accepted, id) %}
    with

    counted as (

        select
            cast({{ raw_id }} as string) as id,
            1 as n_raw,
            0 as n_accepted,
            0 as n_rejected
        from {{ raw }}
        union all
        select
            {{ id }},
            0,
            1,
            0
        from {{ accepted }}
        union all
        select
            {{ id }},
            0,
            0,
            1
        from {{ model }}

    ),

    summed as (

        select
            id,
            sum(n_raw) as n_raw,
            sum(n_accepted) as n_accepted,
            sum(n_rejected) as n_rejected
        from counted
        group by id

    )

    select * from summed
    where n_raw <> n_accepted + n_rejected
{% endtest %}

{#
    Assumption: no feature of a whole split is further from the train split than a population
    stability index of `at_most`. Returns the features that are, the furthest first.
#}
{% test not_drifted(model, at_most) %}
    with

    whole_splits as (

        select
            split,
            feature,
            psi,
            mean,
            p50
        from {{ model }}
        where day is null

    ),

    drifted as (

        select * from whole_splits
        where psi > {{ at_most }}

    )

    select * from drifted
    order by psi desc
{% endtest %}

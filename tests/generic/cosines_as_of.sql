{#
    Assumption: a fit uses the facts that were visible before it and no other. The cosines of a hash
    sample of one row in `one_in` are computed again from the facts. Returns the rows that differ.
#}
{% test cosines_as_of(model, facts, one_in=500) %}
    with

    cosines as (

        select
            fitted_at,
            show_title_id,
            neighbour_id,
            cosine
        from {{ model }}
        where pmod(xxhash64(fitted_at, show_title_id, neighbour_id), {{ one_in }}) = 0

    ),

    facts as (

        select distinct
            fits.fitted_at,
            facts.profile_id,
            facts.show_title_id
        from {{ facts }} as facts
        inner join (select distinct fitted_at from cosines) as fits
            on facts.played_at + {{ dmc12.hours(dmc12.knob("publish_delay_hours")) }} < fits.fitted_at

    ),

    audiences as (

        select
            fitted_at,
            show_title_id,
            collect_set(profile_id) as profiles
        from facts
        group by fitted_at, show_title_id

    ),

    compared as (

        select
            cosines.*,
            size(array_intersect(own.profiles, other.profiles))
            / sqrt(cast(size(own.profiles) as double) * size(other.profiles)) as recomputed
        from cosines
        left join audiences as own
            on cosines.fitted_at = own.fitted_at
            and cosines.show_title_id = own.show_title_id
        left join audiences as other
            on cosines.fitted_at = other.fitted_at
            and cosines.neighbour_id = other.show_title_id

    )

    select * from compared
    where not coalesce(abs(cosine - recomputed) < 1e-12, false)
{% endtest %}

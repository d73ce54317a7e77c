{#
    Assumption: a snapshot of a day counts the facts that were visible before the day and no other.
    Counted again, one by one, for a hash sample of one row in `one_in`. Returns the rows that
    differ, with both counts.
#}
{% test counts_as_of(model, facts, one_in=500) %}
    with

    snapshots as (

        select
            day,
            country_iso_code,
            show_title_id,
            struct(plays_1d, plays_7d, plays_28d, plays_all, profiles_all) as stored
        from {{ model }}
        where pmod(xxhash64(day, country_iso_code, show_title_id), {{ one_in }}) = 0

    ),

    facts as (

        select
            profile_id,
            show_title_id,
            country_iso_code,
            played_at + {{ dmc12.hours(dmc12.knob("publish_delay_hours")) }} as visible_at
        from {{ facts }}

    ),

    counted as (

        select
            snapshots.day,
            snapshots.country_iso_code,
            snapshots.show_title_id,
            snapshots.stored,
            struct(
                count_if(facts.visible_at >= snapshots.day - 1) as plays_1d,
                count_if(facts.visible_at >= snapshots.day - 7) as plays_7d,
                count_if(facts.visible_at >= snapshots.day - 28) as plays_28d,
                count(facts.profile_id) as plays_all,
                count(distinct facts.profile_id) as profiles_all
            ) as recounted
        from snapshots
        left join facts
            on snapshots.show_title_id = facts.show_title_id
            and snapshots.country_iso_code in (facts.country_iso_code, '*')
            and facts.visible_at < snapshots.day
        group by snapshots.day, snapshots.country_iso_code, snapshots.show_title_id, snapshots.stored

    )

    select * from counted
    where not stored <=> recounted
{% endtest %}

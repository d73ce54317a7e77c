with

profile_history as (

    select
        profile_id,
        country_iso_code,
        signed_up_at,
        plays,
        devices
    from {{ ref("profile_history") }}

),

on_offer as (

    select
        country_iso_code,
        transform(titles, title -> title.show_title_id) as show_title_ids
    from {{ ref("country_titles") }}

),

{% if knob("context_policy") == "sessions" %}
-- A visit starts at the first play, and at each play that follows the one before after an idle gap.
visited as (

    select
        *,
        explode(
            transform(
                filter(
                    plays,
                    (play, position) -> position = 0
                    or play.played_at >= get(plays, position - 1).played_at + {{ hours(knob("session_idle_hours")) }}
                ),
                play -> play.played_at
            )
        ) as context_at
    from profile_history

),
{% else %}
-- Each profile that is known by then, by a play that is visible, at each of the given dates.
visited as (

    select
        *,
        explode(
            filter(
                array(
                    {% for date in knob("calendar_dates") -%}
                    timestamp '{{ date }}'{{ "," if not loop.last }}
                    {% endfor %}
                ),
                date -> get(plays, 0).played_at < {{ visible_until("date") }}
            )
        ) as context_at
    from profile_history

),
{% endif %}

windowed as (

    select
        profile_id,
        country_iso_code,
        signed_up_at,
        context_at,
        context_at + {{ hours(knob("label_horizon_hours")) }} as label_until,
        size(filter(plays, play -> play.played_at < {{ visible_until("context_at") }})) as n_past_plays,
        {{ device_of("devices", "plays", "context_at") }} as device,
        filter(
            plays,
            play -> play.played_at >= context_at
            and play.played_at < context_at + {{ hours(knob("label_horizon_hours")) }}
            and play.launched_at < context_at
        ) as label_plays
    from visited

),

strongest as (

    select
        profile_id,
        country_iso_code,
        signed_up_at,
        context_at,
        label_until,
        n_past_plays,
        device,
        transform(
            array_sort(array_distinct(transform(label_plays, play -> play.show_title_id))),
            title -> struct(
                title as show_title_id,
                array_max(
                    transform(
                        filter(label_plays, play -> play.show_title_id = title),
                        play -> play.strength
                    )
                ) as strength
            )
        ) as titles
    from windowed

),

-- What a profile plays abroad is its history, but nothing that could be ranked for it at home.
labeled as (

    select
        strongest.profile_id,
        strongest.country_iso_code,
        strongest.signed_up_at,
        strongest.context_at,
        strongest.label_until,
        strongest.n_past_plays,
        strongest.device,
        filter(
            transform(
                strongest.titles,
                title -> struct(title.show_title_id, {{ label_of("title.strength") }} as label)
            ),
            title -> title.label > 0 and array_contains(on_offer.show_title_ids, title.show_title_id)
        ) as labels
    from strongest
    left join on_offer on strongest.country_iso_code = on_offer.country_iso_code

)

select * from labeled

{% set has_impressions = knob("has_impressions") %}
{% if has_impressions %}
{{ require_input(ref("raw_impressions"), {
    "impression_id": "id", "profile_id": "id", "show_title_id": "id",
    "shown_at": "moment", "position": "number", "propensity": "number",
}) }}
{% endif %}

with

raw_impressions as (

    {% if has_impressions -%}
    select
        impression_id,
        profile_id,
        show_title_id,
        shown_at,
        position,
        propensity
    from {{ ref("raw_impressions") }}
    {%- else -%}
    select
        null as impression_id,
        null as profile_id,
        null as show_title_id,
        null as shown_at,
        null as position,
        null as propensity
    where false
    {%- endif %}

),

typed as (

    select
        cast(impression_id as string) as impression_id,
        cast(profile_id as string) as raw_profile_id,
        cast(show_title_id as string) as raw_show_title_id,
        cast(shown_at as string) as raw_shown_at,
        cast(position as string) as raw_position,
        cast(propensity as string) as raw_propensity,
        {{ moment("shown_at") }} as shown_at,
        try_cast(cast(position as string) as int) as position,
        try_cast(propensity as double) as propensity
    from raw_impressions

)

select * from typed

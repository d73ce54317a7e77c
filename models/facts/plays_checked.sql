with

stg_plays as (

    select
        play_id,
        raw_profile_id,
        raw_show_title_id,
        raw_played_at,
        raw_strength,
        played_at,
        strength
    from {{ ref("stg_plays") }}

),

profiles as (

    select
        raw_profile_id,
        profile_id,
        country_iso_code,
        signed_up_at
    from {{ ref("profiles") }}

),

titles as (

    select
        raw_show_title_id,
        show_title_id,
        launched_at
    from {{ ref("titles") }}

),

counted as (

    select
        *,
        row_number() over (
            partition by play_id
            order by played_at, raw_profile_id, raw_show_title_id, strength, raw_played_at, raw_strength
        ) as occurrence
    from stg_plays

),

matched as (

    select
        counted.*,
        profiles.profile_id,
        profiles.country_iso_code,
        profiles.signed_up_at,
        titles.show_title_id,
        titles.launched_at
    from counted
    left join profiles on counted.raw_profile_id = profiles.raw_profile_id
    left join titles on counted.raw_show_title_id = titles.raw_show_title_id

),

judged as (

    select
        play_id,
        raw_profile_id,
        raw_show_title_id,
        raw_played_at,
        raw_strength,
        profile_id,
        show_title_id,
        country_iso_code,
        played_at,
        strength,
        launched_at,
        array_compact(array(
            {% for rule in play_rules() -%}
            case when {{ rule.condition }} then '{{ rule.reason }}' end{{ "," if not loop.last }}
            {% endfor %}
        )) as reasons
    from matched

)

select * from judged

{{ require_input(ref("raw_plays"), {
    "play_id": "id", "profile_id": "id", "show_title_id": "id",
    "played_at": "moment", "strength": "number",
}, optional={"device": "text"}) }}

with

raw_plays as (

    select
        play_id,
        profile_id,
        show_title_id,
        played_at,
        strength,
        {{ optional_column(ref("raw_plays"), "device") }}
    from {{ ref("raw_plays") }}

),

typed as (

    select
        cast(play_id as string) as play_id,
        cast(profile_id as string) as raw_profile_id,
        cast(show_title_id as string) as raw_show_title_id,
        cast(played_at as string) as raw_played_at,
        cast(strength as string) as raw_strength,
        {{ moment("played_at") }} as played_at,
        try_cast(strength as double) as strength,
        if({{ is_blank("device") }}, 'unknown', trim(device)) as device
    from raw_plays

)

select * from typed

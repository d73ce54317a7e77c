{#
    What makes a play unusable, as data: the reason it is rejected for and the condition, over the
    columns of `plays_checked`'s `matched`. A new rule is one entry.

    | call               | output                                                                |
    |--------------------|-----------------------------------------------------------------------|
    | {{ play_rules() }} | [{"reason": "bad_played_at", "condition": "played_at is null"}, ...] |
#}
{% macro play_rules() %}
    {{ return([
        {"reason": "missing_play_id", "condition": dmc12.is_blank("play_id")},
        {"reason": "missing_profile_id", "condition": dmc12.is_blank("raw_profile_id")},
        {"reason": "unknown_profile", "condition": "profile_id is null and not " ~ dmc12.is_blank("raw_profile_id")},
        {"reason": "missing_show_title_id", "condition": dmc12.is_blank("raw_show_title_id")},
        {"reason": "unknown_title", "condition": "show_title_id is null and not " ~ dmc12.is_blank("raw_show_title_id")},
        {"reason": "bad_played_at", "condition": "played_at is null"},
        {"reason": "bad_strength", "condition": "not " ~ dmc12.is_finite("strength")},
        {"reason": "strength_not_positive", "condition": "strength <= 0"},
        {"reason": "strength_too_large", "condition": dmc12.is_finite("strength") ~ " and strength > " ~ dmc12.knob("max_strength") ~ "D"},
        {"reason": "before_sign_up", "condition": "played_at < signed_up_at"},
        {"reason": "before_launch", "condition": "played_at < launched_at"},
        {"reason": "in_the_future", "condition": "played_at >= timestamp '" ~ dmc12.knob("facts_end_at") ~ "'"},
    ]) }}
{% endmacro %}

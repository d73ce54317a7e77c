{#
    What makes a play unusable, as data: the reason it is rejected for and the condition, over the
    columns of `plays_checked`'s `matched`. A new rule is one entry.

    | call               | output                                                    |
    |--------------------|-----------------------------------------------------------|
    | {{ play_rules() }} | [{"reason": "missing_play_id", "condition": "play_id is null"}, ...] |
#}
{% macro play_rules() %}
    {{ return([
        {"reason": "missing_play_id", "condition": "play_id is null or play_id = ''"},
        {"reason": "duplicate_play_id", "condition": "occurrence > 1"},
        {"reason": "missing_profile_id", "condition": "raw_profile_id is null or raw_profile_id = ''"},
        {"reason": "unknown_profile", "condition": "raw_profile_id <> '' and profile_id is null"},
        {"reason": "missing_show_title_id", "condition": "raw_show_title_id is null or raw_show_title_id = ''"},
        {"reason": "unknown_title", "condition": "raw_show_title_id <> '' and show_title_id is null"},
        {"reason": "bad_played_at", "condition": "played_at is null"},
        {"reason": "bad_strength", "condition": "strength is null or isnan(strength) or abs(strength) = double('infinity')"},
        {"reason": "strength_not_positive", "condition": "strength <= 0"},
        {"reason": "before_sign_up", "condition": "played_at < signed_up_at"},
        {"reason": "before_launch", "condition": "played_at < launched_at"},
        {"reason": "in_the_future", "condition": "played_at >= timestamp '" ~ dmc12.knob("facts_end_at") ~ "'"},
    ]) }}
{% endmacro %}

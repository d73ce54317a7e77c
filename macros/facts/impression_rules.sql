{#
    What makes an impression unusable, as data: the reason it is rejected for and the condition, over
    the columns of `impressions_checked`'s `matched`. A new rule is one entry.

    | call                     | output                                                              |
    |--------------------------|---------------------------------------------------------------------|
    | {{ impression_rules() }} | [{"reason": "bad_shown_at", "condition": "shown_at is null"}, ...] |
#}
{% macro impression_rules() %}
    {{ return([
        {"reason": "missing_impression_id", "condition": dmc12.is_blank("impression_id")},
        {"reason": "missing_profile_id", "condition": dmc12.is_blank("raw_profile_id")},
        {"reason": "unknown_profile", "condition": "profile_id is null and not " ~ dmc12.is_blank("raw_profile_id")},
        {"reason": "missing_show_title_id", "condition": dmc12.is_blank("raw_show_title_id")},
        {"reason": "unknown_title", "condition": "show_title_id is null and not " ~ dmc12.is_blank("raw_show_title_id")},
        {"reason": "bad_shown_at", "condition": "shown_at is null"},
        {"reason": "bad_position", "condition": "not coalesce(position >= 1, false)"},
        {"reason": "bad_propensity", "condition": "not coalesce(propensity > 0 and propensity <= 1, false)"},
        {"reason": "before_sign_up", "condition": "shown_at < signed_up_at"},
        {"reason": "before_launch", "condition": "shown_at < launched_at"},
        {"reason": "in_the_future", "condition": "shown_at >= timestamp '" ~ dmc12.knob("facts_end_at") ~ "'"},
    ]) }}
{% endmacro %}

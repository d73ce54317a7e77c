{#
    What makes a profile unusable, as data: the reason it is rejected for and the condition, over the
    columns of `profiles_checked`'s `compared`. A new rule is one entry.

    | call                  | output                                                                     |
    |-----------------------|----------------------------------------------------------------------------|
    | {{ profile_rules() }} | [{"reason": "bad_signed_up_at", "condition": "signed_up_at is null"}, ...] |
#}
{% macro profile_rules() %}
    {{ return([
        {"reason": "missing_profile_id", "condition": dmc12.is_blank("raw_profile_id")},
        {"reason": "missing_country", "condition": dmc12.is_blank("country_iso_code")},
        {"reason": "unknown_country", "condition": "not " ~ dmc12.is_blank("country_iso_code") ~ " and not " ~ dmc12.is_iso_country("country_iso_code")},
        {"reason": "two_countries", "condition": "n_countries > 1 and not " ~ dmc12.is_blank("raw_profile_id")},
        {"reason": "bad_signed_up_at", "condition": "signed_up_at is null"},
        {"reason": "in_the_future", "condition": "signed_up_at >= timestamp '" ~ dmc12.knob("facts_end_at") ~ "'"},
    ]) }}
{% endmacro %}

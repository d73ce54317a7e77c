{#
    What makes a title unusable, as data: the reason it is rejected for and the condition, over the
    columns of `stg_titles`. A new rule is one entry. A title may launch in the future: it is no
    candidate until then.

    | call                | output                                                                   |
    |---------------------|--------------------------------------------------------------------------|
    | {{ title_rules() }} | [{"reason": "bad_launched_at", "condition": "launched_at is null"}, ...] |
#}
{% macro title_rules() %}
    {{ return([
        {"reason": "missing_show_title_id", "condition": dmc12.is_blank("raw_show_title_id")},
        {"reason": "missing_countries", "condition": "size(country_iso_codes) = 0"},
        {"reason": "unknown_country", "condition": "exists(country_iso_codes, code -> code <> '*' and not " ~ dmc12.is_iso_country("code") ~ ")"},
        {"reason": "bad_launched_at", "condition": "launched_at is null"},
    ]) }}
{% endmacro %}

{#
    The names of what the invariants read, DMC-12's own where a project has no others.

    | call                              | output                                                   |
    |-----------------------------------|----------------------------------------------------------|
    | {{ dmc12_names({label: grade}) }} | {key: [profile_id, context_at], ..., label: grade, ...}  |
#}
{% macro dmc12_names(names) %}
    {% set own = {
        "key": ["profile_id", "context_at"],
        "country": "country_iso_code",
        "split": "split",
        "probability": "inclusion_probability",
        "item_array": "items",
        "title": "show_title_id",
        "label": "label",
        "weight": "weight",
        "scores": "scores",
        "ranks": "ranks",
    } %}
    {% for name in names if name not in own %}
        {% do exceptions.raise_compiler_error("names: unknown " ~ name ~ "; known: " ~ own | join(", ")) %}
    {% endfor %}
    {{ return(dict(own, **names)) }}
{% endmacro %}

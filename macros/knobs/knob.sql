{#
    One checked knob.

    | call                        | output       |
    |-----------------------------|--------------|
    | {{ knob("context_policy") }} | sessions     |
#}
{% macro knob(name) %}
    {{ return(dmc12.knobs()[name]) }}
{% endmacro %}

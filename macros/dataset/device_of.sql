{#
    The device of a context, as known at its moment: at a visit that of its first play, which asks
    for the ranking; at a calendar date that of the last play visible by then.

    | context_policy | devices of all plays | plays before context_at | call                                              | output |
    |----------------|----------------------|-------------------------|---------------------------------------------------|--------|
    | sessions       | [tv, web, phone]     | 2                       | {{ device_of("devices", "plays", "context_at") }} | phone  |
    | calendar       | [tv, web, phone]     | 2                       |                                                   | web    |
#}
{% macro device_of(devices, plays, context_at) -%}
    {%- if dmc12.knob("context_policy") == "calendar" -%}
    get({{ devices }}, size(filter({{ plays }}, play -> play.played_at < {{ dmc12.visible_until(context_at) }})) - 1)
    {%- else -%}
    get({{ devices }}, size(filter({{ plays }}, play -> play.played_at < {{ context_at }})))
    {%- endif -%}
{%- endmacro %}

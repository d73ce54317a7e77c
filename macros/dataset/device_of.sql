{#
    The device of a context, as known at its moment: at a visit that of its first play, which asks
    for the ranking; at a calendar date that of the last play before it.

    | context_policy | devices of all plays | n_past_plays | call                                     | output |
    |----------------|----------------------|--------------|------------------------------------------|--------|
    | sessions       | [tv, web, phone]     | 2            | {{ device_of("devices", "n_past_plays") }} | phone |
    | calendar       | [tv, web, phone]     | 2            |                                          | web    |
#}
{% macro device_of(devices, n_past_plays) -%}
    get({{ devices }}, {{ n_past_plays }}{{ " - 1" if dmc12.knob("context_policy") == "calendar" }})
{%- endmacro %}

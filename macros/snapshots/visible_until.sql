{#
    The moment before which a fact must have happened to be visible at another: the knob
    publish_delay_hours earlier.

    | publish_delay_hours | context_at       | call                                | output           |
    |---------------------|------------------|-------------------------------------|------------------|
    | 0.0                 | 2026-06-02 00:30 | {{ visible_until("context_at") }}   | 2026-06-02 00:30 |
    | 1.0                 | 2026-06-02 00:30 |                                     | 2026-06-01 23:30 |
#}
{% macro visible_until(moment) -%}
    {{ moment }} - {{ dmc12.hours(dmc12.knob("publish_delay_hours")) }}
{%- endmacro %}

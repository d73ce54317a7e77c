{#
    The day (UTC) on which a fact becomes visible: the knob publish_delay_hours after it happened. A
    snapshot of a day holds the facts that became visible on earlier days.

    | publish_delay_hours | played_at        | call                            | output     |
    |---------------------|------------------|---------------------------------|------------|
    | 0.0                 | 2026-06-01 23:30 | {{ visible_on("played_at") }}   | 2026-06-01 |
    | 1.0                 | 2026-06-01 23:30 |                                 | 2026-06-02 |
#}
{% macro visible_on(played_at) -%}
    {#- Spark adds an interval, even an empty one, and casts to a date by way of the calendar: days of UTC are a division -#}
    {%- set delay = dmc12.knob("publish_delay_hours") -%}
    date_from_unix_date(int(floor(unix_seconds({{ played_at }}{{ " + " ~ dmc12.hours(delay) if delay }}) / 86400)))
{%- endmacro %}

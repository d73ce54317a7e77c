{#
    Whether a fact became visible on one of some days. The range of time that holds them all comes
    first: it lets Spark leave out what lies elsewhere in files that are sorted by time.

    | publish_delay_hours | days           | call                                       | output        |
    |---------------------|----------------|--------------------------------------------|---------------|
    | 1.0                 | ["2026-06-01"] | {{ became_visible_on("played_at", days) }} | played_at >= timestamp '2026-06-01' - make_dt_interval(...) and ... and date_from_unix_date(...) in (date '2026-06-01') |
    | 1.0                 | none           |                                            | true          |
#}
{% macro became_visible_on(played_at, days) -%}
    {%- if days -%}
    {{ played_at }} >= {{ dmc12.visible_until("timestamp '" ~ days | min ~ "'") }}
    and {{ played_at }} < {{ dmc12.visible_until("timestamp '" ~ days | max ~ "'") }} + interval 1 day
    and {{ dmc12.day_in(dmc12.visible_on(played_at), days) }}
    {%- else -%}
    {{ dmc12.day_in(dmc12.visible_on(played_at), days) }}
    {%- endif -%}
{%- endmacro %}

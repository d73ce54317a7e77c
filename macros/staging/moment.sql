{#
    A timestamp from a column that holds one, or its text; null where that is none. Text has its
    date in front, years 1000 to 9999, and may end in a zone, without which it is UTC. (Spark alone
    would take '12:30' as half past twelve today.)

    | input                                  | call                        | output (UTC)        |
    |----------------------------------------|-----------------------------|---------------------|
    | '2026-06-30T12:00:00+02:00'            | {{ moment("played_at") }}   | 2026-06-30 10:00:00 |
    | '2026-03-29 02:30:00 Europe/Amsterdam' |                             | 2026-03-29 01:30:00 |
    | '12:30:00', 'yesterday'                |                             | null                |
#}
{% macro moment(column) -%}
    if(cast({{ column }} as string) rlike '^ *[1-9][0-9]{3}-', try_cast({{ column }} as timestamp), null)
{%- endmacro %}

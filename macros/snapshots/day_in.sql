{#
    Whether a day is one of those to build; none stands for all days, an empty list for no day.

    | call                                          | output                                          |
    |-----------------------------------------------|-------------------------------------------------|
    | {{ day_in("day", none) }}                     | true                                            |
    | {{ day_in("day", []) }}                       | false                                           |
    | {{ day_in("day", ["2026-06-01"]) }}           | day in (date '2026-06-01')                      |
#}
{% macro day_in(day, days) -%}
    {%- if days is none -%} true
    {%- elif not days -%} false
    {%- else -%} {{ day }} in (date '{{ days | join("', date '") }}')
    {%- endif -%}
{%- endmacro %}

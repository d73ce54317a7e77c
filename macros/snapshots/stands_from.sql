{#
    Whether the incremental table by day has one of some days, sorted, or a later one; so read its
    partitions' names. A new last day finds none.

    | days           | the table's days | call                     | output |
    |----------------|------------------|--------------------------|--------|
    | ["2026-06-03"] | 1 and 2 June     | {{ stands_from(days) }}  | false  |
    | ["2026-06-02"] | 1 and 2 June     |                          | true   |
    | none or []     |                  |                          | false  |
#}
{% macro stands_from(days) %}
    {% if not days %}{{ return(false) }}{% endif %}
    {{ return(adapter.partitions_of(this) | selectattr("day", "ge", days[0]) | list | length > 0) }}
{% endmacro %}

{#
    The days that an incremental table by day has to make anew, as text; none where it is made whole.
    `wanted` is a query of each day and the fingerprint of the facts it is made of. The table is
    partitioned by both, so its partitions' names say what each of its days was made of. To make are
    the days that differ, those that are gone from `wanted`, and those of the knob `backfill`.

    | wanted          | the table       | backfill | output                       |
    |-----------------|-----------------|----------|------------------------------|
    | 1: a, 2: b, 3: c | 1: a, 2: x, 4: d | []      | ["...-02", "...-03", "...-04"] |
#}
{% macro days_to_build(wanted) %}
    {# `dbt compile`, hence lint, asks no table: it shows the model as it is built whole #}
    {% if not execute or flags.WHICH == "compile" or not is_incremental() %}{{ return(none) }}{% endif %}
    {% set fingerprints = {} %}
    {% for row in run_query(wanted).rows %}{% do fingerprints.update({row[0] | string: row[1] | string}) %}{% endfor %}
    {% set standing = {} %}
    {% for partition in adapter.partitions_of(this) %}
        {% do standing.update({partition.day: partition.get("fingerprint")}) %}
    {% endfor %}
    {% set backfill = dmc12.knob("backfill") or ["9999-12-31", "0000-01-01"] %}
    {% set days = [] %}
    {% for day in (fingerprints | list + standing | list) | unique | sort %}
        {% set is_asked = day in fingerprints and backfill[0][:10] <= day <= backfill[1][:10] %}
        {% if is_asked or fingerprints.get(day) != standing.get(day) %}{% do days.append(day) %}{% endif %}
    {% endfor %}
    {{ return(days) }}
{% endmacro %}

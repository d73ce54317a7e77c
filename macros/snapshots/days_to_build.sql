{#
    The days that an incremental table by day has to make anew, as text; none where it is made whole.
    `wanted` is a query of each day and the fingerprint of the facts it is made of; the table keeps,
    in its column `fingerprint`, what each of its days was made of. To make are the days that differ,
    those that are gone from `wanted`, and those of the knob `backfill`.

    | wanted          | the table       | backfill | output                       |
    |-----------------|-----------------|----------|------------------------------|
    | 1: a, 2: b, 3: c | 1: a, 2: x, 4: d | []      | ["...-02", "...-03", "...-04"] |
#}
{% macro days_to_build(wanted) %}
    {# `dbt compile`, hence lint, asks no table: it shows the model as it is built whole #}
    {% if not execute or flags.WHICH == "compile" or not is_incremental() %}{{ return(none) }}{% endif %}
    {% set query %}
        with

        wanted as (

            {{ wanted }}

        ),

        standing as (

            select
                day,
                max(fingerprint) as fingerprint
            from {{ this }}
            group by day

        )

        select cast(coalesce(wanted.day, standing.day) as string) as day
        from wanted
        full outer join standing on wanted.day = standing.day
        where
            not wanted.fingerprint <=> standing.fingerprint
            {% if dmc12.knob("backfill") %}
            or wanted.day between date '{{ dmc12.knob("backfill")[0][:10] }}' and date '{{ dmc12.knob("backfill")[1][:10] }}'
            {% endif %}
        order by day
    {% endset %}
    {{ return(run_query(query).columns[0].values() | list) }}
{% endmacro %}

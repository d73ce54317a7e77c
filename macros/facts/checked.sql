{#
    The last CTEs of a model that checks raw rows: `judged` by rules, `counted` by id, and `checked`,
    which has the given columns and all the reasons for which a row is rejected, none if it is sound.
    Of the rows that share an id the soundest counts, ties settled by the columns' values; each other
    is a duplicate.

    | input: matched(play_id, strength) | call                                                                     | output: checked(play_id, reasons) |
    |-----------------------------------|--------------------------------------------------------------------------|-----------------------------------|
    | a, 1.0                            | {{ checked("matched", "play_id", play_rules(), columns=["play_id"]) }}   | a, []                             |
    | a, -1.0                           |                                                                          | a, [strength_not_positive, duplicate_play_id] |
#}
{% macro checked(rows, id, rules, columns) -%}
judged as (

    select
        *,
        array_compact(array(
            {%- for rule in rules %}
            case when {{ rule.condition }} then '{{ rule.reason }}' end{{ "," if not loop.last }}
            {%- endfor %}
        )) as broken
    from {{ rows }}

),

counted as (

    select
        *,
        row_number() over (partition by {{ id }} order by size(broken), {{ columns | join(", ") }}) as occurrence
    from judged

),

checked as (

    select
        {%- for column in columns %}
        {{ column }},
        {%- endfor %}
        if(
            occurrence > 1 and not {{ dmc12.is_blank(id) }},
            array_append(broken, 'duplicate_{{ id | replace("raw_", "") }}'),
            broken
        ) as reasons
    from counted

)
{%- endmacro %}

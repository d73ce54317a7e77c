{#- Boundaries crossed, as dbt counts: whole units between the starts of the two units. dbt-spark's
    SQL grows so long that the Derby metastore cannot keep a view of it. Weeks begin on Sunday. -#}
{% macro sparksession__datediff(first_date, second_date, datepart) -%}
    {%- set units = [
        'year', 'quarter', 'month', 'week', 'day',
        'hour', 'minute', 'second', 'millisecond', 'microsecond'
    ] -%}
    {%- set unit = datepart | lower -%}
    {%- if unit not in units -%}
        {%- do exceptions.raise_compiler_error(
            "datediff: unknown datepart '" ~ datepart ~ "'; known are " ~ units | join(', ')
        ) -%}
    {%- endif -%}
    {%- set shift = ' + interval 1 day' if unit == 'week' else '' -%}
    timestampdiff(
        {{ unit }},
        date_trunc('{{ unit }}', cast({{ first_date }} as timestamp){{ shift }}),
        date_trunc('{{ unit }}', cast({{ second_date }} as timestamp){{ shift }})
    )
{%- endmacro %}

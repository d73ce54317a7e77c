{#
    The struct of all metrics from the columns that their macros read, null where undefined. A metric's
    SQL comes from the macro of its name.

    | call                   | output                                                           |
    |------------------------|------------------------------------------------------------------|
    | {{ metric_struct() }}  | struct(case when n_positives > 0 then <sql> end as ndcg, ...)    |
#}
{% macro metric_struct() -%}
    struct(
        {%- for metric in dmc12.metrics() %}
        {%- set value = dmc12[metric.name] %}
        case
            when {{ metric.is_defined }} then {{ value() if metric.k is none else value(metric.k) }}
        end as {{ metric.column }}{{ "," if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}

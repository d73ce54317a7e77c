{#
    The columns `slice` and `slice_value` of a row of `grouping_sets`, each with a comma behind it.

    | grouping set             | call                | output: slice, slice_value |
    |--------------------------|---------------------|----------------------------|
    | (split)                  | {{ slice_names() }} | all, all                   |
    | (split, country, tenure) |                     | country/tenure, NL/new     |
#}
{% macro slice_names() -%}
    {%- set slices = dmc12.metric_slices() -%}
    {%- if slices -%}
    case
        {%- for name, tags in slices.items() %}
        when {% for tag in tags %}grouping(slice_{{ tag }}) = 0{{ " and " if not loop.last }}{% endfor %} then '{{ name }}'
        {%- endfor %}
        else 'all'
    end as slice,
    case
        {%- for tags in slices.values() %}
        when {% for tag in tags %}grouping(slice_{{ tag }}) = 0{{ " and " if not loop.last }}{% endfor %} then {% if tags | length == 1 %}slice_{{ tags[0] }}{% else %}concat_ws('/'{% for tag in tags %}, {{ dmc12.escaped("slice_" ~ tag) }}{% endfor %}){% endif %}
        {%- endfor %}
        else 'all'
    end as slice_value,
    {%- else -%}
    'all' as slice,
    'all' as slice_value,
    {%- endif -%}
{%- endmacro %}

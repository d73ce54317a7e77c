{#
    The columns that `slice_columns` made, as a list for `select` or `group by`, each with a comma
    before it.

    | metric_slices     | call               | output                         |
    |-------------------|--------------------|--------------------------------|
    | [country, tenure] | {{ slice_tags() }} | , slice_country, slice_tenure  |
#}
{% macro slice_tags() -%}
    {%- for tag in dmc12.sliced_tags() %}, slice_{{ tag }}{% endfor -%}
{%- endmacro %}

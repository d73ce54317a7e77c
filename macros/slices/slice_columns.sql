{#
    The tags that slices are made of, as columns `slice_<tag>` of text, each with a comma behind it.

    | metric_slices        | call                  | output                                  |
    |----------------------|-----------------------|-----------------------------------------|
    | [country]            | {{ slice_columns() }} | string(tags.`country`) as slice_country, |
#}
{% macro slice_columns() -%}
    {%- for tag in dmc12.sliced_tags() %}
    string({{ dmc12.field("tags", tag) }}) as slice_{{ tag }},
    {%- endfor %}
{%- endmacro %}

{#
    The grouping sets of some keys: with no tag, for the slice `all`, and with the tags of each slice.

    | metric_slices          | call                                 | output                                            |
    |------------------------|--------------------------------------|---------------------------------------------------|
    | [country]              | {{ grouping_sets("split, ranker") }} | grouping sets ((split, ranker), (split, ranker, slice_country)) |
#}
{% macro grouping_sets(keys) -%}
    grouping sets (
        ({{ keys }}){% for tags in dmc12.metric_slices().values() %},
        ({{ keys }}, slice_{{ tags | join(", slice_") }}){% endfor %}
    )
{%- endmacro %}

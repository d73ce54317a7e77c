{#
    The tags that slices are made of, each once.

    | metric_slices             | call                | output            |
    |---------------------------|---------------------|-------------------|
    | [country, country/tenure] | {{ sliced_tags() }} | [country, tenure] |
#}
{% macro sliced_tags() %}
    {{ return(adapter.call("dmc12.metrics:sliced_tags", dmc12.knob("metric_slices"))) }}
{% endmacro %}

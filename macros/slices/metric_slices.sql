{#
    The slices of knob `metric_slices` beside `all`: name -> tags, those of most tags first.

    | metric_slices             | call                  | output                                                  |
    |---------------------------|-----------------------|---------------------------------------------------------|
    | [country, country/tenure] | {{ metric_slices() }} | {country/tenure: [country, tenure], country: [country]} |
#}
{% macro metric_slices() %}
    {{ return(adapter.call("dmc12.metrics:slice_tags", dmc12.knob("metric_slices"))) }}
{% endmacro %}

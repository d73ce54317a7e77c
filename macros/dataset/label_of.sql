{#
    The graded label of a strength: how many of the knob label_thresholds it reaches.

    | label_thresholds | input: strength | call                          | output |
    |------------------|-----------------|-------------------------------|--------|
    | [0.0, 0.5]       | 0.4             | {{ label_of("strength") }}    | 1.0    |
    | [0.0, 0.5]       | 0.5             |                               | 2.0    |
#}
{% macro label_of(strength) -%}
    cast(size(filter(
        array({% for threshold in dmc12.knob("label_thresholds") %}{{ threshold }}D{{ ", " if not loop.last }}{% endfor %}),
        threshold -> {{ strength }} >= threshold
    )) as double)
{%- endmacro %}

{#
    What a label is worth in DCG, by knob `metric_gain`.

    | label | metric_gain | call                | output |
    |-------|-------------|---------------------|--------|
    | 3.0   | linear      | {{ gain("label") }} | 3.0    |
    | 3.0   | exponential | {{ gain("label") }} | 7.0    |
#}
{% macro gain(label) -%}
    {%- if dmc12.knob("metric_gain") == "exponential" -%}
    (pow(2, {{ label }}) - 1)
    {%- else -%}
    {{ label }}
    {%- endif -%}
{%- endmacro %}

{#
    What a label is worth in DCG.

    | label | call                               | output |
    |-------|------------------------------------|--------|
    | 3.0   | {{ gain("label") }}                | 3.0    |
    | 3.0   | {{ gain("label", "exponential") }} | 7.0    |
#}
{% macro gain(label, kind="linear") -%}
    {{ {"linear": label, "exponential": "(pow(2, " ~ label ~ ") - 1)"}[kind] }}
{%- endmacro %}

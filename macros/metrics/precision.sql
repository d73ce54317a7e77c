{#
    Precision@k: positives in the top k over k, also where the list is shorter than k. In [0, 1].

    | labels by rank | call               | output |
    |----------------|--------------------|--------|
    | [0, 2, 1]      | {{ precision(2) }} | 1/2    |
    | [0, 2, 1]      | {{ precision(5) }} | 2/5    |
#}
{% macro precision(k) -%}
    {{ dmc12.expected_hits(k) }} / {{ k }}
{%- endmacro %}

{#
    Recall@k: positives in the top k over all positives. In [0, 1].

    | labels by rank | call            | output |
    |----------------|-----------------|--------|
    | [0, 2, 1]      | {{ recall(2) }} | 1/2    |
#}
{% macro recall(k) -%}
    {{ dmc12.expected_hits(k) }} / n_positives
{%- endmacro %}

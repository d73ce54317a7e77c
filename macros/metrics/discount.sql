{#
    What a gain at a rank counts in DCG: 1 / log2(1 + rank).

    | rank | call                   | output |
    |------|------------------------|--------|
    | 1    | {{ discount("rank") }} | 1.0    |
    | 3    | {{ discount("rank") }} | 0.5    |
#}
{% macro discount(rank) -%}
    1 / log2(1 + {{ rank }})
{%- endmacro %}

{#
    What a gain at a rank counts in DCG, by knob `metric_discount`: 1 / log2(1 + rank), or LensKit's
    1 / log2(max(rank, 2)), which counts ranks 1 and 2 alike.

    | rank | metric_discount | call                   | output      |
    |------|-----------------|------------------------|-------------|
    | 1    | log2            | {{ discount("rank") }} | 1.0         |
    | 3    | log2            | {{ discount("rank") }} | 0.5         |
    | 2    | lenskit         | {{ discount("rank") }} | 1.0         |
    | 3    | lenskit         | {{ discount("rank") }} | 1 / log2(3) |
#}
{% macro discount(rank) -%}
    {%- set lenskit = dmc12.knob("metric_discount") == "lenskit" -%}
    1 / log2({{ "greatest(" ~ rank ~ ", 2)" if lenskit else "1 + " ~ rank }})
{%- endmacro %}

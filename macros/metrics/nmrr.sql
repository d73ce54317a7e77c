{#
    NMRR: the sum of label / rank over the same sum for the ideal order. In [0, 1], 1 only when
    perfectly ranked, and the reciprocal rank where there is one positive. The definition is this
    project's own; MPEG-7's NMRR is another thing.

    | labels by rank | call         | output                    |
    |----------------|--------------|---------------------------|
    | [0, 2, 1]      | {{ nmrr() }} | (2/2 + 1/3) / (2/1 + 1/2) |
#}
{% macro nmrr() -%}
    least(1D, {{ dmc12.expected_sum("linear_gain", "1 / rank") }} / {{ dmc12.ideal_sum("item.label", "1 / item.rank") }})
{%- endmacro %}

{#
    Whether ranks are 1..n, fall with the scores, and follow the array where scores are equal. Nulls, which
    sort first, are another invariant's matter.

    | by_rank                    | call                       | output |
    |----------------------------|----------------------------|--------|
    | [{1, -.9, 1}, {2, -.5, 0}] | {{ are_ranks("by_rank") }} | true   |
    | [{1, -.5, 0}, {2, -.9, 1}] |                            | false  |
#}
{% macro are_ranks(by_rank) -%}
    size({{ by_rank }}) = 0
    or get({{ by_rank }}, 0).rank is null
    or {{ by_rank }}.rank = sequence(1, size({{ by_rank }}))
    and arrays_zip({{ by_rank }}.descent, {{ by_rank }}.position)
    = sort_array(arrays_zip({{ by_rank }}.descent, {{ by_rank }}.position))
{%- endmacro %}

{#
    Whether the ranks are 1..n along `by_rank`. Null scores and ranks are another invariant's matter.

    | by_rank                    | call                       | output |
    |----------------------------|----------------------------|--------|
    | [{-.9, 1, 1}, {-.5, 0, 2}] | {{ are_ranks("by_rank") }} | true   |
    | [{-.9, 1, 2}, {-.5, 0, 1}] |                            | false  |
#}
{% macro are_ranks(by_rank) -%}
    size({{ by_rank }}) = 0
    or size(array_compact({{ by_rank }}.rank)) < size({{ by_rank }})
    or size(array_compact({{ by_rank }}.descent)) < size({{ by_rank }})
    or {{ by_rank }}.rank = sequence(1, size({{ by_rank }}))
{%- endmacro %}

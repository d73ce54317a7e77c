{#
    Whether an item may break any of some rules; false where there are none. It may be true of a
    sound item, never false of a broken one: one comparison a double finds nulls, NaN and
    infinities alike, so that the code stays small.

    | call                                                             | output             |
    |------------------------------------------------------------------|--------------------|
    | {{ any_suspect([{suspect: "a is null"}, {suspect: "a <= 0"}]) }} | a is null or a <= 0 |
#}
{% macro any_suspect(rules) -%}
    ({{ rules | selectattr("suspect") | map(attribute="suspect") | join(" or ") or "false" }})
{%- endmacro %}

{#
    Whether an item may break any of some rules; false where there are none. It may be true of a
    sound item, never false of a broken one: one sum of all doubles finds nulls, NaN and infinities
    among them, so that an item costs an addition a double.

    | call                                                                | output                                           |
    |---------------------------------------------------------------------|--------------------------------------------------|
    | {{ any_suspect([{suspect: "a <= 0"}, {double: "a"}, {double: "b"}]) }} | (a <= 0 or not coalesce(0D * (a + b) = 0, false)) |
#}
{% macro any_suspect(rules) -%}
    {%- set suspects = rules | selectattr("suspect", "defined") | map(attribute="suspect") | list -%}
    {%- set doubles = rules | selectattr("double", "defined") | map(attribute="double") | join(" + ") -%}
    {%- if doubles %}{% do suspects.append("not coalesce(0D * (" ~ doubles ~ ") = 0, false)") %}{% endif -%}
    ({{ suspects | join(" or ") or "false" }})
{%- endmacro %}

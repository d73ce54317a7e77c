{#
    Whether any of some rules is broken; false where there are none.

    | call                                                       | output                        |
    |------------------------------------------------------------|-------------------------------|
    | {{ any_broken([{broken: "a is null"}, {broken: "a < 0"}]) }} | (a is null) or (a < 0)        |
#}
{% macro any_broken(rules) -%}
    ({{ rules | map(attribute="broken") | join(") or (") if rules else "false" }})
{%- endmacro %}

{#
    Those of some rules that belong to the invariants chosen (none: all).

    | call                                                    | output      |
    |---------------------------------------------------------|-------------|
    | {{ wanted_rules([{name: a}, {name: b}], ["b"]) }}         | [{name: b}] |
    | {{ wanted_rules([{name: a}, {name: b}], none) }}          | both        |
#}
{% macro wanted_rules(rules, chosen) %}
    {{ return(rules if chosen is none else rules | selectattr("name", "in", chosen) | list) }}
{% endmacro %}

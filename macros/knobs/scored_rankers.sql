{#
    The names of the declared rankers whose scores the tables hold: all but those of `scored: false`.

    | call                                          | output                     |
    |-----------------------------------------------|----------------------------|
    | {% for ranker in scored_rankers() %}           | popularity, lambdarank, ... |
#}
{% macro scored_rankers() %}
    {% set names = [] %}
    {% for name, declared in dmc12.knob("rankers").items() if declared.get("scored", true) %}
        {% do names.append(name) %}
    {% endfor %}
    {{ return(names) }}
{% endmacro %}

{#
    One metric at one cut-off, as `metrics` lists it.

    | call                                                    | output                                 |
    |---------------------------------------------------------|----------------------------------------|
    | {{ metric("recall", 5, recall(5), "n_positives > 0") }} | {name: recall, k: 5, column: recall_at_5, value: <sql>, is_defined: n_positives > 0} |
#}
{% macro metric(name, k, value, is_defined) %}
    {{ return({
        "name": name,
        "k": k,
        "column": name if k is none else name ~ "_at_" ~ k,
        "value": value,
        "is_defined": is_defined,
    }) }}
{% endmacro %}

{#
    The metrics of knob `metrics`, one entry at each place where one is taken, in the order of the
    struct `metrics`. A metric is defined where the context has a positive, and a negative too if the
    knob says `needs_negative`.

    | call            | output                                                       |
    |-----------------|--------------------------------------------------------------|
    | {{ metrics() }} | [{name: ndcg, k: none, column: ndcg, is_defined: <sql>},     |
    |                 |  {name: ndcg, k: 1, column: ndcg_at_1, ...}, ...]            |
#}
{% macro metrics() %}
    {% set all = [] %}
    {% for name, metric in dmc12.knob("metrics").items() %}
        {% set ks = ([none] if "whole" in metric.at else []) + (dmc12.knob("metric_ks") if "k" in metric.at else []) %}
        {% for k in ks %}
            {% do all.append({
                "name": name,
                "k": k,
                "column": name if k is none else name ~ "_at_" ~ k,
                "is_defined": "n_positives between 1 and n_items - 1" if metric.needs_negative else "n_positives > 0",
            }) %}
        {% endfor %}
    {% endfor %}
    {{ return(all) }}
{% endmacro %}

{#
    The metrics: all that the evaluation models compute, in the order of the struct `metrics`. One
    entry each says at which cut-offs it is taken (none, each of knob `metric_ks`, or both), the
    macro that writes its SQL, and where it is defined (null elsewhere).

    | call            | output                                                                  |
    |-----------------|-------------------------------------------------------------------------|
    | {{ metrics() }} | [{name: ndcg, k: none, column: ndcg, value: <sql>, is_defined: <sql>},  |
    |                 |  {name: ndcg, k: 1, column: ndcg_at_1, ...}, ...]                       |
#}
{% macro metrics() %}
    {% set ks = dmc12.knob("metric_ks") %}
    {% set has_positive = "n_positives > 0" %}
    {% set has_both = "n_positives between 1 and n_items - 1" %}
    {% set all = [] %}
    {% for k in [none] + ks %}{% do all.append(dmc12.metric("ndcg", k, dmc12.ndcg(k), has_positive)) %}{% endfor %}
    {% for k in ks %}{% do all.append(dmc12.metric("recall", k, dmc12.recall(k), has_positive)) %}{% endfor %}
    {% for k in ks %}{% do all.append(dmc12.metric("precision", k, dmc12.precision(k), has_positive)) %}{% endfor %}
    {% for k in ks %}{% do all.append(dmc12.metric("hit", k, dmc12.hit(k), has_positive)) %}{% endfor %}
    {% do all.append(dmc12.metric("nmrr", none, dmc12.nmrr(), has_positive)) %}
    {% do all.append(dmc12.metric("mrr", none, dmc12.mrr(), has_positive)) %}
    {% do all.append(dmc12.metric("auc", none, dmc12.auc(), has_both)) %}
    {{ return(all) }}
{% endmacro %}

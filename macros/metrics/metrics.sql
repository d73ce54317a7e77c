{#
    The metrics of knob `metrics`, one entry at each place where one is taken, in the order of the
    struct `metrics`.

    | call            | output                                                            |
    |-----------------|-------------------------------------------------------------------|
    | {{ metrics() }} | [{name: ndcg, k: none, column: ndcg, needs_negative: false},      |
    |                 |  {name: ndcg, k: 1, column: ndcg_at_1, ...}, ...]                 |
#}
{% macro metrics() %}
    {{ return(adapter.call("dmc12.metrics:metrics_at", dmc12.knob("metrics"), dmc12.knob("metric_ks"))) }}
{% endmacro %}

{#
    The metrics of knob `metrics`, one entry at each place where one is taken, in the order of the
    struct `metrics`.

    | call            | output: name, k, column, needs_negative                           |
    |-----------------|-------------------------------------------------------------------|
    | {{ metrics() }} | [{ndcg, none, ndcg, false}, {ndcg, 1, ndcg_at_1, false}, ...]     |
#}
{% macro metrics() %}
    {{ return(adapter.call("dmc12.metrics:metrics_at", dmc12.knob("metrics"), dmc12.knob("metric_ks"))) }}
{% endmacro %}

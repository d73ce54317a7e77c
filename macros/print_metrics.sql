{#
    Print rankers x metrics of the test split, best NDCG first, after a run that built
    `metrics_by_slice`. Renders to nothing.

    | input                | call                                        |
    |----------------------|---------------------------------------------|
    | on-run-end `results` | {{ dmc12.print_metrics(results) }}          |
#}
{% macro print_metrics(results) %}
    {% if execute %}
    {% set built = [] %}
    {% for result in results if result.node.name == "metrics_by_slice" and result.status == "success" %}
        {% do built.append(result.node) %}
    {% endfor %}
    {% if built %}
        {% set columns = ["mrr", "nmrr", "auc"] %}
        {% set metrics = [] %}
        {% set ks = dmc12.knob("metric_ks") | select("ge", 5) | list or dmc12.knob("metric_ks") %}
        {% for k in ks %}
            {% do metrics.append(("ndcg", k)) %}
            {% do metrics.append(("recall", k)) %}
        {% endfor %}
        {% for name in columns %}{% do metrics.append((name, none)) %}{% endfor %}
        {% set query %}
            select
                ranker,
                max(n_contexts) as contexts
                {%- for name, k in metrics %},
                max(value) filter (where metric = '{{ name }}' and k {{ "= " ~ k if k else "is null" }}) as {{ name }}{{ "_at_" ~ k if k }}
                {%- endfor %}
            from {{ built[0].relation_name }}
            where split = 'test' and slice = 'all' and weighting = 'plain'
            group by ranker
            order by ndcg_at_{{ ks | first }} desc, ranker
        {% endset %}
        {% set table = run_query(query) %}
        {% set title = ["%-20s" | format("ranker"), "%9s" | format("contexts")] %}
        {% for name, k in metrics %}{% do title.append("%10s" | format(name ~ ("@" ~ k if k else ""))) %}{% endfor %}
        {% do print("\nMetrics of the test split\n" ~ title | join(" ")) %}
        {% for row in table.rows %}
            {% set line = ["%-20s" | format(row[0]), "%9d" | format(row[1])] %}
            {% for value in row.values()[2:] %}
                {% do line.append("%10s" | format("%.4f" | format(value) if value is not none else "-")) %}
            {% endfor %}
            {% do print(line | join(" ")) %}
        {% endfor %}
    {% endif %}
    {% endif %}
{% endmacro %}

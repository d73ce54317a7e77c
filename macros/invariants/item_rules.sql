{#
    The invariants of single items, as data, for each innermost field that they concern. `suspect`,
    or `double` where a value must be finite, is what `any_suspect` asks before the rule itself is asked;
    neither where another rule's finds it too. `item` is the SQL of an item, `leaves` are its fields,
    `chosen` the invariants wanted (none: all).

    | call                                                             | output                            |
    |------------------------------------------------------------------|-----------------------------------|
    | {{ item_rules([{path: label, type: double}], "item", none, names) }} | [{name: items_no_nulls, path: label, value: item.label, broken: item.label is null}, ...] |
#}
{% macro item_rules(leaves, item, chosen, names) %}
    {% set rules = [] %}
    {% set finds_nulls = chosen is none or "items_finite" in chosen %}
    {% for leaf in leaves %}
        {% set value = item ~ "." ~ leaf.path %}
        {% set broken = {"items_no_nulls": value ~ " is null"} %}
        {% if leaf.type in ("double", "float") %}
            {#- 0 times NaN or an infinity is NaN #}
            {% do broken.update({"items_finite": "0D * " ~ value ~ " <> 0"}) %}
        {% endif %}
        {% if leaf.path == names.label %}
            {% do broken.update({"items_labels_not_negative": value ~ " < 0"}) %}
        {% endif %}
        {% if leaf.path == names.weight %}
            {% do broken.update({"items_weights_positive": value ~ " <= 0"}) %}
        {% endif %}
        {% for name in broken if chosen is none or name in chosen %}
            {% set rule = {"name": name, "path": leaf.path, "value": value, "broken": broken[name]} %}
            {% if name == "items_finite" %}
                {% do rule.update({"double": value}) %}
            {% elif not (name == "items_no_nulls" and finds_nulls and "items_finite" in broken) %}
                {% do rule.update({"suspect": broken[name]}) %}
            {% endif %}
            {% do rules.append(rule) %}
        {% endfor %}
    {% endfor %}
    {{ return(rules) }}
{% endmacro %}

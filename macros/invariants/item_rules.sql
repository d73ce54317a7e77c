{#
    The invariants of single items, as data: each says what of a field is broken, and of which
    fields. `leaves` are the items' innermost fields, `value` is the SQL of one.

    | call                                                  | output                                   |
    |-------------------------------------------------------|------------------------------------------|
    | {{ item_rules({path: label, type: double}, v, names) }} | [{name: items_no_nulls, broken: v is null}, ...] |
#}
{% macro item_rules(leaf, value, names) %}
    {% set rules = [{"name": "items_no_nulls", "broken": value ~ " is null"}] %}
    {% if leaf.type in ("double", "float") %}
        {#- 0 times NaN or an infinity is NaN #}
        {% do rules.append({"name": "items_finite", "broken": "0D * " ~ value ~ " <> 0"}) %}
    {% endif %}
    {% if leaf.path == names.label %}
        {% do rules.append({"name": "items_labels_not_negative", "broken": value ~ " < 0"}) %}
    {% endif %}
    {% if leaf.path == names.weight %}
        {% do rules.append({"name": "items_weights_positive", "broken": value ~ " <= 0"}) %}
    {% endif %}
    {{ return(rules) }}
{% endmacro %}

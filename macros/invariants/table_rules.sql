{#
    The invariants of contexts among others, as data. Each reads what `violations` has gathered of
    one key: `contexts`, the table's rows of it; `previous`, those of `same_as`; `positives`, its
    positive items; `labels`, what `labels_from` holds of it. `chosen` are the invariants wanted (none: all).

    | call                                          | output                                           |
    |-----------------------------------------------|--------------------------------------------------|
    | {{ table_rules(none, names, ref("dmc12_scored")) }} | [{name: unique_key, path: "profile_id, context_at", broken: <sql>, value: <sql>}, ...] |
#}
{% macro table_rules(chosen, names, same_as=none, labels_from=none) %}
    {% set key = names.key | join(", ") %}
    {% set rules = [{
        "name": "unique_key",
        "path": key,
        "broken": "size(contexts) > 1",
        "value": "concat(size(contexts), ' rows')",
    }] %}
    {% if same_as %}
        {% do rules.append({
            "name": "items_same_as",
            "path": key,
            "broken": "size(contexts) = 0",
            "value": "'missing, but in " ~ same_as.identifier ~ "'",
        }) %}
        {% do rules.append({
            "name": "items_same_as",
            "path": key,
            "broken": "size(contexts) > 0 and size(previous) = 0",
            "value": "'not in " ~ same_as.identifier ~ "'",
        }) %}
        {% do rules.append({
            "name": "items_same_as",
            "path": names.item_array ~ "." ~ names.title,
            "broken": "exists(contexts, context -> context.titles <> get(previous, 0).titles)",
            "value": "concat(get(contexts, 0).n_items, ' items; ', get(previous, 0).n_items, ' in "
                ~ same_as.identifier ~ ", others or in another order')",
        }) %}
    {% endif %}
    {% if labels_from %}
        {% do rules.append({
            "name": "items_labels_agree",
            "path": key,
            "broken": "size(contexts) > 0 and labels is null",
            "value": "'not in " ~ labels_from.identifier ~ "'",
        }) %}
        {% do rules.append({
            "name": "items_labels_agree",
            "path": names.item_array ~ "." ~ names.label,
            "broken": "size(contexts) > 0 and positives <> labels",
            "value": "to_json(struct(array_except(positives, labels) as not_in_window,"
                ~ " array_except(labels, positives) as only_in_window))",
        }) %}
    {% endif %}
    {{ return(dmc12.wanted_rules(rules, chosen)) }}
{% endmacro %}

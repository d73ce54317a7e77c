{#
    The invariants of single items, as data: the fields that each concerns, and whether one is broken,
    by its path and its value as text, `leaf.path` and `leaf.value`. `suspect` says the same of the field
    itself (`%`) where the one sum of `any_suspect` does not find it. `leaves` are an item's innermost
    fields, `chosen` the invariants wanted (none: all).

    | call                                                   | output                                        |
    |--------------------------------------------------------|-----------------------------------------------|
    | {{ item_rules([{path: f, type: double}], none, names) }} | [{name: items_finite, paths: [f], broken: ...}, ...] |
#}
{% macro item_rules(leaves, chosen, names) %}
    {% set doubles = leaves | selectattr("type", "in", ["double", "float"]) | map(attribute="path") | list %}
    {% set others = leaves | rejectattr("type", "in", ["double", "float"]) | map(attribute="path") | list %}
    {% set rules = [
        {"name": "items_no_nulls", "paths": others + doubles, "broken": "leaf.value is null"},
        {
            "name": "items_finite",
            "paths": doubles,
            "broken": "leaf.value in ('NaN', 'Infinity', '-Infinity')"
            ~ " and leaf.path in ('" ~ doubles | join("', '") ~ "')",
        },
        {
            "name": "items_labels_not_negative",
            "paths": [names.label] if names.label in doubles else [],
            "broken": "leaf.path = '" ~ names.label ~ "' and double(leaf.value) < 0",
            "suspect": "% < 0",
        },
        {
            "name": "items_weights_positive",
            "paths": [names.weight] if names.weight in doubles else [],
            "broken": "leaf.path = '" ~ names.weight ~ "' and double(leaf.value) <= 0",
            "suspect": "% <= 0",
        },
    ] %}
    {{ return(dmc12.wanted_rules(rules | selectattr("paths") | list, chosen)) }}
{% endmacro %}

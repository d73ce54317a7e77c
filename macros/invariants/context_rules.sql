{#
    The invariants of single contexts, as data: each says what is broken, at which path, and the
    value to show. `columns` are the table's, `rankers` those whose ranks it holds; `context` is the
    SQL of a struct of what `asked_of_context` lists, `chosen` the invariants wanted (none: all). Rules
    of columns that the table lacks are left out.

    | call                                                          | output                                       |
    |---------------------------------------------------------------|----------------------------------------------|
    | {{ context_rules(columns, rankers, "context", none, names) }} | [{name: iso_country, path: country_iso_code, |
    |                                                               |   broken: <sql>, value: <sql>}, ...]         |
#}
{% macro context_rules(columns, rankers, context, chosen, names) %}
    {% set paths = [] %}
    {% for column, type in columns.items() %}
        {% do paths.append(column) %}
        {% for leaf in dmc12.struct_leaves(type) %}{% do paths.append(column ~ "." ~ leaf) %}{% endfor %}
    {% endfor %}
    {% set titles = context ~ ".titles" %}
    {% set labels = context ~ ".labels" %}
    {% set country = dmc12.field(context, names.country) %}
    {% set split = dmc12.field(context, names.split) %}
    {% set probability = dmc12.field(context, names.probability) %}
    {% set rules = [] %}
    {% for column, type in columns.items() %}
        {% set value = titles if column == names.item_array else dmc12.field(context, column) %}
        {% do rules.append({
            "name": "items_no_nulls",
            "path": column,
            "broken": value ~ " is null",
            "value": "null",
        }) %}
        {% for leaf in dmc12.struct_leaves(type) if not type.startswith("array") %}
            {% do rules.append({
                "name": "items_no_nulls",
                "path": column ~ "." ~ leaf,
                "broken": value ~ " is not null and " ~ dmc12.field(value, leaf) ~ " is null",
                "value": "null",
            }) %}
        {% endfor %}
    {% endfor %}
    {% do rules.append({
        "name": "items_not_empty",
        "path": names.item_array,
        "broken": "size(" ~ titles ~ ") = 0",
        "value": "'[]'",
    }) %}
    {% do rules.append({
        "name": "items_titles_distinct",
        "path": names.item_array ~ "." ~ names.title,
        "broken": "size(array_distinct(" ~ titles ~ ")) < size(" ~ titles ~ ")",
        "value": "to_json(filter(array_distinct(" ~ titles ~ "), title -> size(filter("
            ~ titles ~ ", other -> other <=> title)) > 1))",
    }) %}
    {% for kind, found in {
        "positive": "array_max(" ~ labels ~ ") > 0",
        "negative": "array_contains(" ~ labels ~ ", 0D)",
    }.items() %}
        {% do rules.append({
            "name": "items_positive_and_negative",
            "path": names.item_array ~ "." ~ names.label,
            "broken": split ~ " = 'train' and size(" ~ labels ~ ") > 0 and not coalesce("
                ~ found ~ ", false)",
            "value": "'no " ~ kind ~ "'",
        }) %}
    {% endfor %}
    {% do rules.append({
        "name": "iso_country",
        "path": names.country,
        "broken": "not " ~ dmc12.is_iso_country(country),
        "value": country,
    }) %}
    {% do rules.append({
        "name": "known_split",
        "path": names.split,
        "broken": split ~ " not in ('train', 'validation', 'test')",
        "value": split,
    }) %}
    {% do rules.append({
        "name": "in_range",
        "path": names.probability,
        "broken": "not (" ~ dmc12.is_in_range(probability, 0, 1) ~ ")",
        "value": probability,
    }) %}
    {% for ranker in rankers %}
        {% set by_rank = dmc12.field(context, "by_rank_" ~ ranker) %}
        {% do rules.append({
            "name": "items_ranks_permutation",
            "path": names.item_array ~ "." ~ names.ranks ~ "." ~ ranker,
            "broken": "not (" ~ dmc12.are_ranks(by_rank) ~ ")",
            "value": "to_json(" ~ by_rank ~ ")",
        }) %}
    {% endfor %}
    {{ return(dmc12.wanted_rules(rules | selectattr("path", "in", paths) | list, chosen)) }}
{% endmacro %}

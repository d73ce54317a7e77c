{#
    The invariants of single contexts, as data: each says what is broken, at which path, and the
    value to show. `columns` are the table's, `rankers` those whose ranks it holds.

    | call                                              | output                                       |
    |---------------------------------------------------|----------------------------------------------|
    | {{ context_rules(columns, rankers, names) }}      | [{name: iso_country, path: country_iso_code, |
    |                                                   |   broken: <sql>, value: <sql>}, ...]         |
#}
{% macro context_rules(columns, rankers, names) %}
    {% set titles = names.item_array ~ "." ~ names.title %}
    {% set labels = names.item_array ~ "." ~ names.label %}
    {% set rules = [] %}
    {% for column, type in columns.items() %}
        {% do rules.append({
            "name": "items_no_nulls",
            "path": column,
            "broken": column ~ " is null",
            "value": "string(null)",
        }) %}
        {% for leaf in dmc12.struct_leaves(type) if not type.startswith("array") %}
            {% do rules.append({
                "name": "items_no_nulls",
                "path": column ~ "." ~ leaf,
                "broken": column ~ " is not null and " ~ dmc12.field(column, leaf) ~ " is null",
                "value": "string(null)",
            }) %}
        {% endfor %}
    {% endfor %}
    {% do rules.append({
        "name": "items_not_empty",
        "path": names.item_array,
        "broken": "size(" ~ names.item_array ~ ") = 0",
        "value": "'[]'",
    }) %}
    {% do rules.append({
        "name": "items_titles_distinct",
        "path": titles,
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
            "path": labels,
            "broken": names.split ~ " = 'train' and size(" ~ names.item_array ~ ") > 0 and not coalesce("
                ~ found ~ ", false)",
            "value": "'no " ~ kind ~ "'",
        }) %}
    {% endfor %}
    {% do rules.append({
        "name": "iso_country",
        "path": names.country,
        "broken": "not " ~ dmc12.is_iso_country(names.country),
        "value": "string(" ~ names.country ~ ")",
    }) %}
    {% do rules.append({
        "name": "known_split",
        "path": names.split,
        "broken": names.split ~ " not in ('train', 'validation', 'test')",
        "value": "string(" ~ names.split ~ ")",
    }) %}
    {% do rules.append({
        "name": "in_range",
        "path": names.probability,
        "broken": "not (" ~ dmc12.is_in_range(names.probability, 0, 1) ~ ")",
        "value": "string(" ~ names.probability ~ ")",
    }) %}
    {% for ranker in rankers %}
        {% do rules.append({
            "name": "items_ranks_permutation",
            "path": names.item_array ~ "." ~ names.ranks ~ "." ~ ranker,
            "broken": "not (" ~ dmc12.are_ranks(adapter.quote("by_rank_" ~ ranker)) ~ ")",
            "value": "to_json(" ~ adapter.quote("by_rank_" ~ ranker) ~ ")",
        }) %}
    {% endfor %}
    {{ return(rules) }}
{% endmacro %}

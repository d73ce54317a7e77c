{#
    The violations of a DMC-12 table, from one scan of it: a row each, with the context's key, the
    invariant, the path at fault and the value there. `chosen` names the invariants to hold it to
    (none: all that its columns allow); `same_as` is a table with the same contexts and items,
    `labels_from` one with the labels of each context; docs/invariants.md has the list.

    Items are tested where they lie, in one pass over the array; all that is moved is a row a
    context with the items at fault, as JSON, which costs code for no field. Functions over arrays
    are not compiled to Java: of many fields such code would be too long for the JVM.

    | input                                   | output                                                |
    |-----------------------------------------|-------------------------------------------------------|
    | 7, 2026-06-18, [{10, 1, 0}, {11, 0, 1}] | 7, 2026-06-18, items_weights_positive, items[0].weight, 0.0 |
#}
{% macro violations(model, chosen=none, names={}, same_as=none, same_splits=none, labels_from=none) %}
    {% set names = dmc12.dmc12_names(names) %}
    {% set key = names.key | join(", ") %}
    {% set types = dmc12.column_types(model) %}
    {% set item_type = types.get(names.item_array, "array<struct<" ~ names.title ~ ":bigint>>") %}
    {% set leaves = adapter.call("dbt.adapters.sparksession.type_leaves:leaves", item_type) %}
    {% set paths = [] %}
    {% for column, type in types.items() %}
        {% do paths.append(column) %}
        {% for leaf in dmc12.struct_leaves(type) %}{% do paths.append(column ~ "." ~ leaf) %}{% endfor %}
    {% endfor %}
    {% set ranked = [] %}
    {% for leaf in leaves if leaf.path.startswith(names.ranks ~ ".") %}
        {% do ranked.append(leaf.path.split(".")[1]) %}
    {% endfor %}
    {% set context_rules = [] %}
    {% for rule in dmc12.context_rules(types, ranked, names) if chosen is none or rule.name in chosen %}
        {% if rule.path in paths %}{% do context_rules.append(rule) %}{% endif %}
    {% endfor %}
    {% set item_rules = dmc12.item_rules(leaves, "item", chosen, names) %}
    {% set fault_rules = dmc12.item_rules(leaves, "fault.item", chosen, names) %}
    {% set nulls_matter = "true" if chosen is none or "items_no_nulls" in chosen else "false" %}
    {% set checks_ranks = ranked and (chosen is none or "items_ranks_permutation" in chosen) %}
    {% set table_rules = [] %}
    {% for rule in dmc12.table_rules(names, same_as, labels_from) if chosen is none or rule.name in chosen %}
        {% do table_rules.append(rule) %}
    {% endfor %}
    with

    contexts as (

        select
            *{% if checks_ranks %}{% for ranker in ranked %},
            {{ dmc12.by_rank(ranker, names) }} as {{ adapter.quote("by_rank_" ~ ranker) }}{% endfor %}{% endif %}
        from {{ model }}

    ),

    contexts_judged as (

        select
            {{ key }},
            struct(
                size({{ names.item_array }}) as n_items,
                {{ "xxhash64(" ~ names.item_array ~ "." ~ names.title ~ ")" if same_as else "0L" }} as titles,
                array_compact(array(
                    {{ dmc12.violation("false", "none", "''", "''") }}
                    {%- for rule in context_rules %},
                    {{ dmc12.violation(rule.broken, rule.name, "'" ~ rule.path ~ "'", rule.value) }}
                    {%- endfor %}
                )) as broken
            ) as context,
            if(
                exists({{ names.item_array }}, item -> {{ dmc12.any_suspect(item_rules) }}),
                transform(
                    filter(
                        transform({{ names.item_array }}, (item, position) -> struct(position, item)),
                        fault -> {{ dmc12.any_suspect(fault_rules) }}
                    ),
                    fault -> struct(fault.position, to_json(fault.item) as item)
                ),
                array()
            ) as faults,
            {%- if labels_from %}
            transform(
                filter(
                    {{ names.item_array }},
                    item -> item.{{ names.label }} > 0 and item.{{ names.label }} < double('infinity')
                ),
                item -> struct(item.{{ names.title }}, item.{{ names.label }})
            ) as positives,
            {%- else %}
            null as positives,
            {%- endif %}
            null as previous,
            null as labels
        from contexts

    ),

    compared as (

        select * from contexts_judged
        {%- if same_as %}
        union all
        select
            {{ key }},
            null,
            null,
            null,
            struct(size({{ names.item_array }}) as n_items, xxhash64({{ names.item_array }}.{{ names.title }}) as titles),
            null
        from {{ same_as }}
        {%- if same_splits %}
        where {{ names.split }} in ('{{ same_splits | join("', '") }}')
        {%- endif %}
        {%- endif %}
        {%- if labels_from %}
        union all
        select
            {{ key }},
            null,
            null,
            null,
            null,
            transform(labels, title -> struct(title.{{ names.title }}, title.{{ names.label }}))
        from {{ labels_from }}
        {%- endif %}

    ),

    grouped as (

        select
            {{ key }},
            collect_list(context) as contexts,
            flatten(collect_list(faults)) as faults,
            {{ "sort_array(array_distinct(flatten(collect_list(positives))))" if labels_from else "null" }} as positives,
            collect_list(previous) as previous,
            sort_array(get(collect_list(labels), 0)) as labels
        from compared
        group by {{ key }}

    ),

    parsed as (

        select
            * except (faults),
            transform(
                faults,
                fault -> struct(fault.position, from_json(fault.item, '{{ dmc12.element_type(item_type) }}') as item)
            ) as faults
        from grouped

    ),

    judged as (

        select
            {{ key }},
            concat(
                flatten(contexts.broken),
                flatten(transform(faults, fault -> if(
                    fault.item is null,
                    array_compact(array({{ dmc12.violation(nulls_matter, "items_no_nulls", "concat('" ~ names.item_array ~ "[', fault.position, ']')", "string(null)") }})),
                    array_compact(array(
                    {{ dmc12.violation("false", "none", "''", "''") }}
                    {%- for rule in fault_rules %},
                    {{ dmc12.violation(
                        rule.broken,
                        rule.name,
                        "concat('" ~ names.item_array ~ "[', fault.position, ']." ~ rule.path ~ "')",
                        "string(" ~ rule.value ~ ")"
                    ) }}
                    {%- endfor %}
                    ))
                ))),
                array_compact(array(
                    {{ dmc12.violation("false", "none", "''", "''") }}
                    {%- for rule in table_rules %},
                    {{ dmc12.violation(rule.broken, rule.name, "'" ~ rule.path ~ "'", rule.value) }}
                    {%- endfor %}
                ))
            ) as violations
        from parsed

    ),

    listed as (

        select
            {{ key }},
            inline(violations) as (invariant, path, value)
        from judged

    )

    select * from listed
{% endmacro %}

{#
    The violations of a DMC-12 table, from one scan of it: a row each, with the context's key, the
    invariant, the path at fault and the value there. `chosen` names the invariants to hold it to
    (none: all that its columns allow); `same_as` is a table with the same contexts and items,
    `labels_from` one with the labels of each context; docs/invariants.md has the list.

    The scan itself asks as little as it can, for the JVM compiles no long method: whether a context
    breaks any rule as a whole, and, in one place, whether an item may. It carries an item's fields and
    not the item beside them, and keeps the first item of each context, the items at fault and where
    labels are compared the positives. Which rule is broken is asked of these alone, once they have
    moved to their context; items at fault are read as JSON then, which costs code for no field.

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
    {% set ranked, fields, structs = [], [], [] %}
    {% for leaf in leaves %}
        {% set parts = leaf.path.split(".") %}
        {% if parts[0] not in fields %}{% do fields.append(parts[0]) %}{% endif %}
        {% for depth in range(1, parts | length) if parts[:depth] | join(".") not in structs %}
            {% do structs.append(parts[:depth] | join(".")) %}
        {% endfor %}
        {% if parts[0] == names.ranks and (chosen is none or "items_ranks_permutation" in chosen) %}
            {% do ranked.append(parts[1]) %}
        {% endif %}
    {% endfor %}
    {% set asked = dmc12.asked_of_context(types, ranked, names) %}
    {% set asked_rules = dmc12.context_rules(types, ranked, "asked", chosen, names) %}
    {% set told_rules = dmc12.context_rules(types, ranked, "told", chosen, names) %}
    {% set item_rules = dmc12.item_rules(leaves, chosen, names) %}
    {% set table_rules = dmc12.table_rules(chosen, names, same_as, labels_from) %}
    {% set is_broken = asked_rules | map(attribute="broken") | join(" or ") or "false" %}
    {% set is_first = "coalesce(position, 0) = 0" %}
    {% set is_suspect = "(position is not null and " ~ dmc12.any_suspect("item", leaves, item_rules) ~ ")" %}
    {% set is_positive = "(item." ~ names.label ~ " > 0 and item." ~ names.label ~ " < double('infinity'))" %}
    with

    contexts as (

        select
            *,
            {{ dmc12.struct_of(asked) }} as asked
        from {{ model }}

    ),

    kept as (

        select
            {{ key }},
            if({{ is_first }}, context, null) as context,
            if(position is null, null, struct(position, struct({% for field in fields %}item.{{ adapter.quote(field) }}{{ ", " if not loop.last }}{% endfor %}) as item)) as kept_item,
            {{ "if(" ~ is_positive ~ ", struct(item." ~ names.title ~ ", item." ~ names.label ~ "), null)" if labels_from else "null" }} as positive,
            null as previous,
            null as labels
        from contexts
        lateral view inline(array(struct(struct(
            size(asked.titles) as n_items,
            {{ "xxhash64(asked.titles)" if same_as else "0L" }} as titles,
            if({{ is_broken }}, asked, null) as broken
        )))) told as context
        lateral view outer posexplode({{ names.item_array }}) placed as position, element
        lateral view outer inline(array(element)) item as {% for field in fields %}{{ adapter.quote(field) }}{{ ", " if not loop.last }}{% endfor %}

        where {{ is_first }} or {{ is_suspect }}{{ " or " ~ is_positive if labels_from }}

    ),

    compared as (

        select * from kept
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
            collect_list(kept_item) as kept_items,
            {{ "sort_array(collect_set(positive))" if labels_from else "null" }} as positives,
            collect_list(previous) as previous,
            sort_array(get(collect_list(labels), 0)) as labels
        from compared
        group by {{ key }}

    ),

    read as (

        select
            *,
            flatten(transform(filter(kept_items, fault -> {{ dmc12.any_suspect("fault.item", leaves, item_rules) }}), fault -> transform(
                {{ dmc12.json_leaves(dmc12.item_json("fault.item", fields), structs) }},
                leaf -> struct(fault.position, leaf.path, leaf.value)
            ))) as leaves
        from grouped

    ),

    listed as (

        select
            {{ key }},
            inline(concat(
                flatten(transform(array_compact(contexts.broken), told -> {{ dmc12.violations_of(told_rules) }})),
                {%- for rule in item_rules %}
                transform(
                    filter(leaves, leaf -> {{ rule.broken }}),
                    leaf -> struct(
                        '{{ rule.name }}' as invariant,
                        concat('{{ names.item_array }}[', leaf.position, ']', if(leaf.path = '', '', '.'), leaf.path) as path,
                        leaf.value as value
                    )
                ),
                {%- endfor %}
                {{ dmc12.violations_of(table_rules) }}
            )) as (invariant, path, value)
        from read

    )

    select * from listed
{% endmacro %}

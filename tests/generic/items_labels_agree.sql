{#
    Assumption: an item's label is the one that its context's label window gives it, and 0 where the
    window does not hold the title: negatives are really negative. Returns the contexts that differ,
    with the titles at fault.
#}
{% test items_labels_agree(model, contexts) %}
    with

    items as (

        select
            profile_id,
            context_at,
            transform(items, item -> struct(item.show_title_id, item.label)) as items
        from {{ model }}

    ),

    contexts as (

        select
            profile_id,
            context_at,
            map_from_entries(labels) as label_by_title
        from {{ contexts }}

    ),

    compared as (

        select
            items.profile_id,
            items.context_at,
            filter(
                items.items,
                item -> item.label <> coalesce(try_element_at(contexts.label_by_title, item.show_title_id), 0D)
            ) as mislabeled
        from items
        inner join contexts on items.profile_id = contexts.profile_id and items.context_at = contexts.context_at

    )

    select * from compared
    where size(mislabeled) > 0
{% endtest %}

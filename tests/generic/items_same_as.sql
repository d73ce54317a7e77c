{#
    Assumption: both tables hold the same contexts, each with the same titles in the same order.
    Returns the contexts that differ, with how many items each side has (null: no such context).
#}
{% test items_same_as(model, to) %}
    with

    these as (

        select
            profile_id,
            context_at,
            transform(items, item -> item.show_title_id) as titles
        from {{ model }}

    ),

    those as (

        select
            profile_id,
            context_at,
            transform(items, item -> item.show_title_id) as titles
        from {{ to }}

    ),

    compared as (

        select
            coalesce(these.profile_id, those.profile_id) as profile_id,
            coalesce(these.context_at, those.context_at) as context_at,
            size(these.titles) as n_items,
            size(those.titles) as n_items_expected,
            coalesce(these.titles = those.titles, false) as is_same
        from these
        full outer join those on these.profile_id = those.profile_id and these.context_at = those.context_at

    )

    select * from compared
    where not is_same
{% endtest %}

{#
    Assumption: the items' scores are those of the trained rankers in the registry, no more and no
    fewer, but for those that are declared as not scored. Returns each other ranker and the side that
    has it. Reads the scores' type, not a score.
#}
{% test scores_registered(model, registry, names={}) %}
    {% set names = dmc12.dmc12_names(names) %}
    with

    scored as (

        select explode(array(
            {%- for column in adapter.get_columns_in_relation(model) if column.name == names.item_array %}
            {%- for leaf in adapter.call("dbt.adapters.sparksession.type_leaves:leaves", column.dtype) if leaf.path.startswith(names.scores ~ ".") %}
            '{{ leaf.path.split(".")[1] }}',
            {%- endfor %}
            {%- endfor %}
            string(null)
        )) as ranker

    ),

    registered as (

        select ranker
        from {{ registry }}
        where
            status = 'trained'
            and ranker not in (
                {%- for ranker in dmc12.knob("rankers") if ranker not in dmc12.scored_rankers() %}
                '{{ ranker }}',
                {%- endfor %}
                ''
            )

    ),

    compared as (

        select
            coalesce(scored.ranker, registered.ranker) as ranker,
            if(scored.ranker is null, 'registered, not scored', 'scored, not registered') as fault
        from scored
        full outer join registered on scored.ranker = registered.ranker
        where scored.ranker is null or registered.ranker is null

    )

    select * from compared
    where ranker is not null
{% endtest %}

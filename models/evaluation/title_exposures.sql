{%- set ks = knob("metric_ks") -%}
with

dmc12_ranked as (

    select
        split,
        {{ dmc12.slice_columns() }}
        arrays_zip(items.show_title_id, items.ranks) as items
    from {{ ref("dmc12_ranked") }}

),

exploded as (

    select
        split{{ dmc12.slice_tags() }},
        inline(items) as (show_title_id, ranks)
    from dmc12_ranked

),

counted as (

    select
        split{{ dmc12.slice_tags() }},
        {%- for ranker in scored_rankers() %}
        {%- for k in ks %}
        count_if({{ field("ranks", ranker) }} <= {{ k }}) as {{ adapter.quote(ranker ~ "_at_" ~ k) }},
        {%- endfor %}
        {%- endfor %}
        show_title_id
    from exploded
    group by split{{ dmc12.slice_tags() }}, show_title_id

),

sliced as (

    select
        split,
        {{ dmc12.slice_names() }}
        {%- for ranker in scored_rankers() %}
        {%- for k in ks %}
        sum({{ adapter.quote(ranker ~ "_at_" ~ k) }}) as {{ adapter.quote(ranker ~ "_at_" ~ k) }},
        {%- endfor %}
        {%- endfor %}
        show_title_id
    from counted
    group by {{ dmc12.grouping_sets("split, show_title_id") }}

),

unpivoted as (

    select
        split,
        slice,
        slice_value,
        show_title_id,
        inline(array(
            {%- for ranker in scored_rankers() %}
            {%- set last_ranker = loop.last %}
            {%- for k in ks %}
            struct(
                '{{ ranker }}' as ranker,
                {{ k }} as k,
                {{ adapter.quote(ranker ~ "_at_" ~ k) }} as n_exposed
            ){{ "," if not (loop.last and last_ranker) }}
            {%- endfor %}
            {%- endfor %}
        )) as (ranker, k, n_exposed)
    from sliced

)

select * from unpivoted

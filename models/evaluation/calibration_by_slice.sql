{#- Half of the bins lie in the top tenth, where positives are. -#}
{%- set shares = [0.5, 0.8, 0.9, 0.95, 0.98, 0.99] -%}
{%- set calibration_split = knob("scored_splits") | first -%}
with

dmc12_ranked as (

    select
        profile_id,
        context_at,
        split,
        {{ dmc12.slice_columns() }}
        arrays_zip(items.label, items.scores) as items
    from {{ ref("dmc12_ranked") }}

),

scores_paired as (

    select
        * except (items),
        flatten(transform(
            items,
            item -> array(
                {%- for ranker in scored_rankers() %}
                struct(
                    '{{ ranker }}' as ranker,
                    item.label as label,
                    {{ field("item.scores", ranker) }} as score
                ){{ "," if not loop.last }}
                {%- endfor %}
            )
        )) as pairs
    from dmc12_ranked

),

-- Bounds need exact percentiles, which no order of rows moves, so they are those of a few contexts.
contexts_chosen as (

    select
        pairs,
        {{ dmc12.context_hash("calibration") }} as hashed
    from scores_paired
    where split = '{{ calibration_split }}'
    order by hashed
    limit 1000

),

scores_chosen as (

    select inline(pairs)
    from contexts_chosen

),

bounded as (

    select
        ranker,
        percentile(score, array({{ shares | join(", ") }})) as bounds
    from scores_chosen
    group by ranker

),

exploded as (

    select
        split{{ dmc12.slice_tags() }},
        inline(pairs) as (ranker, label, score)
    from scores_paired

),

binned as (

    select
        exploded.*,
        {% for share in shares -%}
        int(exploded.score >= bounded.bounds[{{ loop.index0 }}]){{ " + " if not loop.last }}
        {%- endfor %} as bin
    from exploded
    inner join bounded on exploded.ranker = bounded.ranker

),

counted as (

    select
        split{{ dmc12.slice_tags() }},
        ranker,
        bin,
        count(*) as n_items,
        count_if(label > 0) as n_positives,
        {{ dmc12.exact_sum("score") }} as score
    from binned
    group by split{{ dmc12.slice_tags() }}, ranker, bin

),

sliced as (

    select
        split,
        {{ dmc12.slice_names() }}
        ranker,
        bin,
        sum(n_items) as n_items,
        sum(n_positives) as n_positives,
        double(sum(score)) / sum(n_items) as mean_score
    from counted
    group by {{ dmc12.grouping_sets("split, ranker, bin") }}

),

compared as (

    select
        split,
        slice,
        slice_value,
        ranker,
        bin,
        mean_score,
        max(if(split = '{{ calibration_split }}' and slice = 'all', n_positives / n_items, null)) over (
            partition by ranker, bin
        ) as expected,
        n_positives / n_items as observed,
        sqrt(n_positives * (n_items - n_positives) / n_items) / n_items as standard_error,
        n_items,
        n_positives
    from sliced

)

select * from compared

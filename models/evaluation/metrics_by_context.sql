with

dmc12_ranked as (

    select
        profile_id,
        country_iso_code,
        context_at,
        split,
        tags,
        inclusion_probability,
        items.label as labels,
        items.scores
    from {{ ref("dmc12_ranked") }}

),

positives_found as (

    select
        *,
        size(labels) as n_items,
        {{ filter_items(map_items("labels", {"label": "item", "position": "position"}), "item.label > 0") }}
            as positives,
        -- powers of two for binary searches in arrays of up to n_items
        transform(sequence(length(bin(size(labels))) - 1, 0, -1), power -> shiftleft(1, power)) as steps
    from dmc12_ranked

),

ideal_ordered as (

    select
        * except (labels, scores),
        scores,
        size(positives) as n_positives,
        {{ map_items("sort_array(positives.label, false)", {"label": "item", "rank": "position + 1"}) }} as ideal
    from positives_found

),

-- A random order is what one tie of all items is worth.
chance_blocks_made as (

    select
        *,
        array(struct(
            1L as first_rank,
            bigint(n_items) as last_rank,
            bigint(n_items) as n_items,
            bigint(n_positives) as n_positives,
            0L as n_positives_above,
            struct(
                aggregate(ideal, 0D, (total, item) -> total + {{ dmc12.gain("item.label") }}) as linear_gain,
                aggregate(ideal, 0D, (total, item) -> total + {{ dmc12.gain("item.label", "exponential") }})
                    as exponential_gain
            ) as sums
        )) as blocks
    from ideal_ordered

),

chance_block_chosen as (

    select
        *,
        get(blocks, 0) as first_block
    from chance_blocks_made

),

chance_measured as (

    select
        * except (blocks, first_block),
        {{ dmc12.metric_struct() }} as chance
    from chance_block_chosen

),

exploded_by_ranker as (

    select
        * except (scores),
        inline(array(
            {%- for ranker in scored_rankers() %}
            struct('{{ ranker }}' as ranker, {{ field("scores", ranker) }} as scores){{ "," if not loop.last }}
            {%- endfor %}
        )) as (ranker, scores)
    from chance_measured

),

sorted as (

    select
        *,
        sort_array(scores, false) as scores_descending,
        sort_array(
            transform(
                positives,
                positive -> struct(0D + get(scores, positive.position) as score, positive.label)
            ),
            false
        ) as positives_descending
    from exploded_by_ranker

),

-- Collected, since Spark would take `positives_descending.score` anew in each step of a search.
positives_split as (

    select
        *,
        {{ collect_field("positives_descending", "score") }} as positive_scores,
        {{ collect_field("positives_descending", "label") }} as positive_labels
    from sorted

),

-- A block: all items of one score, if a positive is among them.
blocks_found as (

    select
        *,
        transform(
            array_distinct(positive_scores),
            score -> struct(
                {{ dmc12.count_before("scores_descending", "score", ">") }} as n_above,
                {{ dmc12.count_before("scores_descending", "score", ">=") }} as n_until,
                {{ dmc12.count_before("positive_scores", "score", ">") }} as n_positives_above,
                {{ dmc12.count_before("positive_scores", "score", ">=") }} as n_positives_until
            )
        ) as spans
    from positives_split

),

blocks_measured as (

    select
        * except (spans),
        transform(
            spans,
            span -> struct(
                span.n_above + 1L as first_rank,
                bigint(span.n_until) as last_rank,
                bigint(span.n_until - span.n_above) as n_items,
                bigint(span.n_positives_until - span.n_positives_above) as n_positives,
                bigint(span.n_positives_above) as n_positives_above,
                struct(
                    {{ dmc12.block_sum(dmc12.gain("label")) }} as linear_gain,
                    {{ dmc12.block_sum(dmc12.gain("label", "exponential")) }} as exponential_gain
                ) as sums
            )
        ) as blocks
    from blocks_found

),

first_block_chosen as (

    select
        *,
        get(blocks, 0) as first_block
    from blocks_measured

),

measured as (

    select
        profile_id,
        country_iso_code,
        context_at,
        split,
        tags,
        inclusion_probability,
        ranker,
        n_items,
        n_positives,
        -- nulls are sorted last: one there means that the ranker has not scored every item
        if(
            get(scores_descending, n_items - 1) is null,
            null,
            {{ dmc12.metric_struct() }}
        ) as metrics,
        chance
    from first_block_chosen

)

select * from measured

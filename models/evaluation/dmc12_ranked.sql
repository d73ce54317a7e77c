with

dmc12_scored as (

    select
        profile_id,
        country_iso_code,
        context_at,
        split,
        tags,
        stratum,
        inclusion_probability,
        items.show_title_id,
        items.label,
        items.weight,
        items.scores
    from {{ ref("dmc12_scored") }}

),

ranks_computed as (

    select
        *,
        struct(
            {%- for ranker in scored_rankers() %}
            {{ dmc12.ranks(dmc12.field("scores", ranker)) }} as {{ adapter.quote(ranker) }}{{ "," if not loop.last }}
            {%- endfor %}
        ) as rank_arrays
    from dmc12_scored

),

ranks_zipped as (

    select
        *,
        arrays_zip(
            {%- for ranker in scored_rankers() %}
            {{ dmc12.field("rank_arrays", ranker) }}{{ "," if not loop.last }}
            {%- endfor %}
        ) as ranks
    from ranks_computed

),

ranked as (

    select
        profile_id,
        country_iso_code,
        context_at,
        split,
        tags,
        stratum,
        inclusion_probability,
        arrays_zip(show_title_id, label, weight, scores, ranks) as items
    from ranks_zipped

)

select * from ranked

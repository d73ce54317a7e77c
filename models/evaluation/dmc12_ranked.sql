with

dmc12_scored as (

    select
        profile_id,
        country_iso_code,
        context_at,
        split,
        country_group,
        tenure_bucket,
        is_first_time_profile,
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
        {%- for ranker in knob("rankers") %}
        {{ dmc12.ranks("scores." ~ ranker) }} as rank_{{ ranker }},
        {%- endfor %}
        *
    from dmc12_scored

),

ranked as (

    select
        profile_id,
        country_iso_code,
        context_at,
        split,
        country_group,
        tenure_bucket,
        is_first_time_profile,
        stratum,
        inclusion_probability,
        transform(
            arrays_zip(
                show_title_id,
                label,
                weight,
                scores,
                {%- for ranker in knob("rankers") %}
                rank_{{ ranker }}{{ "," if not loop.last }}
                {%- endfor %}
            ),
            item -> struct(
                item.show_title_id,
                item.label,
                item.weight,
                item.scores,
                struct(
                    {%- for ranker in knob("rankers") %}
                    item.rank_{{ ranker }} as {{ ranker }}{{ "," if not loop.last }}
                    {%- endfor %}
                ) as ranks
            )
        ) as items
    from ranks_computed

)

select * from ranked

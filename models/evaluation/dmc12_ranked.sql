{%- set rank_fields = {} -%}
{%- for ranker in scored_rankers() %}{% do rank_fields.update({ranker: field("item", "rank_" ~ ranker)}) %}{% endfor -%}
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
        {%- for ranker in scored_rankers() %}
        {{ dmc12.ranks(dmc12.field("scores", ranker)) }} as {{ adapter.quote("rank_" ~ ranker) }},
        {%- endfor %}
        *
    from dmc12_scored

),

zipped as (

    select
        *,
        arrays_zip(
            show_title_id,
            label,
            weight,
            scores,
            {%- for ranker in scored_rankers() %}
            {{ adapter.quote("rank_" ~ ranker) }}{{ "," if not loop.last }}
            {%- endfor %}
        ) as items
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
        {{ add_field("items", "ranks", struct_of(rank_fields), fields=["show_title_id", "label", "weight", "scores"]) }}
            as items
    from zipped

)

select * from ranked

with

dmc12_labeled as (

    select
        profile_id,
        country_iso_code,
        context_at,
        items.show_title_id as candidates
    from {{ ref("dmc12_labeled") }}
    where split = 'test'

),

sampled as (

    select * from dmc12_labeled
    order by {{ context_hash("parity") }}, profile_id, context_at
    limit {{ knob("parity_contexts") }}

)

select * from sampled

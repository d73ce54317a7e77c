{{ config(materialized="ephemeral") }}

{% set keeps_empty = knob("empty_contexts").items() | selectattr(1, "equalto", "keep") | map("first") | join(",") %}

with

contexts_tagged as (

    select
        profile_id,
        country_iso_code,
        context_at,
        split,
        tags,
        labels
    from {{ ref("contexts_tagged") }}

),

eligible as (

    select
        *,
        {{ stratum_of("tags") }} as stratum
    from contexts_tagged
    where
        split in ('train', 'validation', 'test')
        and (size(labels) > 0 or find_in_set(split, '{{ keeps_empty }}') > 0)

),

targeted as (

    select
        *,
        count(*) over (partition by split, stratum) as population,
        {{ sampling_target("count(*) over (partition by split, stratum)") }} as target,
        row_number() over (
            partition by split, stratum
            order by {{ context_hash("contexts") }}, profile_id, context_at
        ) as place
    from eligible

)

select * from targeted

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
        {{ stratum_values("tags") }} as stratum_values,
        {{ draw_of() }} as draw
    from contexts_tagged
    where
        split in ('train', 'validation', 'test')
        and (size(labels) > 0 or find_in_set(split, '{{ keeps_empty }}') > 0)

),

named as (

    select
        *,
        {{ stratum_of("stratum_values") }} as stratum
    from eligible

)

select * from named

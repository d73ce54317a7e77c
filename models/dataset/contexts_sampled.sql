with

contexts_in_strata as (

    select
        profile_id,
        country_iso_code,
        context_at,
        split,
        tags,
        labels,
        draw,
        stratum
    from {{ ref("contexts_in_strata") }}

),

{% if knob("sampling_method") == "exact" %}
strata_targets as (

    select
        split,
        stratum,
        population,
        least(target, population) as n_kept
    from {{ ref("strata_targets") }}
    where least(target, population) > 0

),

numbered as (

    select
        split,
        stratum,
        draw,
        row_number() over (partition by split, stratum order by draw) as place
    from contexts_in_strata

),

-- The last draw that is kept of each stratum. Only draws are moved and sorted to find it.
last_kept as (

    select
        numbered.split,
        numbered.stratum,
        numbered.draw as last_draw,
        strata_targets.n_kept / strata_targets.population as inclusion_probability
    from numbered
    inner join strata_targets
        on numbered.split = strata_targets.split
        and numbered.stratum = strata_targets.stratum
        and numbered.place = strata_targets.n_kept

),

drawn as (

    select /*+ broadcast(last_kept) */
        contexts_in_strata.*,
        last_kept.inclusion_probability
    from contexts_in_strata
    inner join last_kept
        on contexts_in_strata.split = last_kept.split
        and contexts_in_strata.stratum = last_kept.stratum
        and contexts_in_strata.draw <= last_kept.last_draw

),
{% else %}
drawn as (

    select
        *,
        case split
            {%- for split, aim in knob("sampling").items() %}
            when '{{ split }}' then {{ aim.rate }}D
            {%- endfor %}
        end as inclusion_probability
    from contexts_in_strata
    where
        case split
            {%- for split, aim in knob("sampling").items() %}
            when '{{ split }}' then {{ hash_below("draw.hash", aim.rate) }}
            {%- endfor %}
        end

),
{% endif %}

weighted as (

    select
        profile_id,
        country_iso_code,
        context_at,
        split,
        tags,
        stratum,
        inclusion_probability,
        {{ "1 / inclusion_probability" if knob("context_weighting") == "population" else "1D" }} as weight,
        labels
    from drawn

)

select * from weighted

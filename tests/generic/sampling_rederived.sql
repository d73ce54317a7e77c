{#
    Assumption: an audit of samples says what the contexts say. Population, kept, shares, bounds and
    the draw itself are found anew from the tagged and the sampled contexts and from the knobs, and
    a target is held to what the knobs promise, not to how it was apportioned. Returns split,
    stratum and what disagrees there, with the audit's value and the one found.
#}
{% test sampling_rederived(model, tagged, sampled) %}
    {% set aims = dmc12.knob("sampling") %}
    {% set strata = dmc12.knob("strata") %}
    {% set is_exact = dmc12.knob("sampling_method") == "exact" %}
    with

    audit as (

        select
            split,
            stratum,
            population,
            requested_share,
            target,
            kept,
            inclusion_probability,
            shortfall
        from {{ model }}

    ),

    tagged as (

        select
            profile_id,
            context_at,
            split,
            {{ dmc12.stratum_values("tags") }} as tag_values,
            {{ dmc12.draw_of() }} as draw
        from {{ tagged }}
        where
            {% for split in aims -%}
            split = '{{ split }}' {{ "and size(labels) > 0" if dmc12.knob("empty_contexts")[split] == "drop" }}
            {{ "or" if not loop.last }}
            {% endfor %}

    ),

    sampled as (

        select
            profile_id,
            context_at,
            split,
            stratum,
            inclusion_probability,
            weight
        from {{ sampled }}

    ),

    matched as (

        select
            coalesce(tagged.split, sampled.split) as split,
            coalesce({{ dmc12.stratum_of("tagged.tag_values") }}, sampled.stratum) as stratum,
            tagged.tag_values,
            tagged.draw,
            tagged.draw.hash as hash,
            sampled.profile_id is not null as is_kept,
            sampled.inclusion_probability,
            tagged.profile_id is null
            or sampled.split <> tagged.split
            or sampled.stratum <> {{ dmc12.stratum_of("tagged.tag_values") }} as is_stray,
            sampled.weight
            <> {{ "1 / sampled.inclusion_probability" if dmc12.knob("context_weighting") == "population" else "1" }} as is_misweighted
        from tagged
        full join sampled
            on tagged.profile_id = sampled.profile_id and tagged.context_at = sampled.context_at

    ),

    counted as (

        select
            split,
            stratum,
            first(tag_values, true) as tag_values,
            count(draw) as population,
            count_if(is_kept) as kept,
            count_if(is_stray) as strays,
            count_if(is_misweighted) as misweighted,
            min(inclusion_probability) as least_probability,
            max(inclusion_probability) as largest_probability,
            max(if(is_kept, draw, null)) as last_kept,
            min(if(is_kept, null, draw)) as first_not_kept,
            count_if(is_kept <> case split
                {%- for split, aim in aims.items() %}
                when '{{ split }}' then {{ dmc12.hash_below("hash", aim.rate or 1) }}
                {%- endfor %}
            end) as misdrawn
        from matched
        group by split, stratum

    ),

    -- What each stratum's share of its split's sample was to be.
    shared as (

        select
            *,
            case split
                {%- for split, aim in aims.items() %}
                when '{{ split }}' then
                    1D
                    {%- for tag in strata if tag in aim.shares %}
                    * coalesce(try_element_at(map_from_arrays(
                        array({% for value in aim.shares[tag] %}{{ dbt.string_literal(value) }}{{ ", " if not loop.last }}{% endfor %}),
                        array({% for share in aim.shares[tag].values() %}{{ share }}D{{ ", " if not loop.last }}{% endfor %})
                    ), get(tag_values, {{ strata.index(tag) }})), 0D)
                    {%- endfor %}
                    * try_divide(population, sum(population) over (partition by split
                    {%- for tag in strata if tag in aim.shares %}, get(tag_values, {{ strata.index(tag) }}){% endfor %}))
                {%- endfor %}
            end as share
        from counted

    ),

    compared as (

        select
            coalesce(audit.split, shared.split) as split,
            coalesce(audit.stratum, shared.stratum) as stratum,
            audit.population,
            audit.requested_share,
            audit.target,
            audit.kept,
            audit.inclusion_probability,
            audit.shortfall,
            coalesce(shared.population, 0) as found_population,
            coalesce(shared.kept, 0) as found_kept,
            shared.share,
            shared.strays,
            shared.misweighted,
            shared.misdrawn,
            shared.least_probability,
            shared.largest_probability,
            shared.last_kept,
            shared.first_not_kept
        from audit
        full join shared on audit.split = shared.split and audit.stratum = shared.stratum

    ),

    asked as (

        select
            *,
            case split
                {%- for split, aim in aims.items() %}
                when '{{ split }}' then {{ aim.floor }}L
                {%- endfor %}
            end as low,
            case split
                {%- for split, aim in aims.items() %}
                when '{{ split }}' then {{ aim.cap or 2 ** 62 }}L
                {%- endfor %}
            end as high,
            case split
                {%- for split, aim in aims.items() %}
                when '{{ split }}' then {{ aim.rate ~ "BD * found_population" if aim.rate else "cast(null as decimal(38, 18))" }}
                {%- endfor %}
            end as ideal,
            case split
                {%- for split, aim in aims.items() %}
                when '{{ split }}' then {{ aim.rate ~ "D" if aim.rate else "double(null)" }}
                {%- endfor %}
            end as rate
        from compared

    ),

    -- What all targets of a split are to add up to, where bounds leave that to say.
    totalled as (

        select
            *,
            sum(target) over (partition by split) as split_target,
            case split
                {%- for split, aim in aims.items() %}
                when '{{ split }}' then
                    {% if aim.count and is_exact -%}
                    least(
                        greatest({{ aim.count }}L, low * count(*) over (partition by split)),
                        sum(cast(if(requested_share > 0, high, low) as decimal(20, 0))) over (partition by split)
                    )
                    {%- elif not aim.floor and not aim.cap -%}
                    floor({{ aim.rate }}BD * sum(found_population) over (partition by split) + 0.5BD)
                    {%- else -%} cast(null as decimal(38, 0))
                    {%- endif %}
                {%- endfor %}
            end as split_total
        from asked

    ),

    judged as (

        select
            split,
            stratum,
            inline(array_compact(array(
                {%- for what, broken, told, found in [
                    ("population", "not population <=> found_population", "population", "found_population"),
                    ("kept", "not kept <=> found_kept", "kept", "found_kept"),
                    ("shortfall", "shortfall <> target - kept", "shortfall", "target - kept"),
                    ("strays", "strays > 0", "0", "strays"),
                    ("weights", "misweighted > 0", "0", "misweighted"),
                    ("requested_share", "abs(requested_share - share) > 1e-9", "requested_share", "share"),
                    ("inclusion_probability", "not inclusion_probability <=> largest_probability",
                        "inclusion_probability", "largest_probability"),
                    ("target_bounds", "target not between low and high", "target",
                        "concat('[', low, ', ', high, ']')"),
                    ("target_of_split", "split_target <> split_total", "split_target", "split_total"),
                    ("target_of_rate", "abs(target - ideal) >= 1 and target <> low and target <> high", "target", "ideal"),
                ] + ([
                    ("kept_of_target", "kept <> least(target, found_population)", "kept",
                        "least(target, found_population)"),
                    ("probability", "abs(least_probability - try_divide(found_kept, found_population)) > 1e-12"
                        ~ " or largest_probability <> least_probability", "least_probability",
                        "try_divide(found_kept, found_population)"),
                    ("draw", "last_kept > first_not_kept", "last_kept.hash", "first_not_kept.hash"),
                ] if is_exact else [
                    ("probability", "least_probability <> rate or largest_probability <> rate",
                        "least_probability", "rate"),
                    ("draw", "misdrawn > 0", "0", "misdrawn"),
                ]) %}
                if({{ broken }}, struct('{{ what }}' as fault, string({{ told }}) as told, string({{ found }}) as found), null){{ "," if not loop.last }}
                {%- endfor %}
            )))
        from totalled

    )

    select * from judged
{% endtest %}

with

fct_plays as (

    select
        fingerprint,
        {{ visible_on("played_at") }} as day
    from {{ ref("fct_plays") }}

),

counted as (

    select
        day,
        count(*) as n_facts,
        bit_xor(fingerprint) as facts_fingerprint
    from fct_plays
    group by day

),

-- A day stands for itself and for the days without facts that follow it: facts are read once.
until as (

    select
        day,
        n_facts,
        facts_fingerprint,
        lead(day, 1, greatest(day, date '{{ knob("facts_end_at")[:10] }}' - 1) + 1) over (order by day) - 1 as until_day
    from counted

),

dated as (

    select
        day as fact_day,
        n_facts,
        facts_fingerprint,
        explode(sequence(day, until_day)) as day
    from until

),

found as (

    select
        day,
        if(day = fact_day, n_facts, 0) as n_facts,
        if(day = fact_day, facts_fingerprint, 0) as facts_fingerprint
    from dated

),

usual as (

    select
        *,
        {{ usual_facts("day", "n_facts") }} as usual
    from found

),

-- What becomes visible on the day on which facts end is but the tail of the day before.
expected as (

    select
        *,
        if(day < date '{{ knob("facts_end_at")[:10] }}', usual, null) as n_expected
    from usual

),

compared as (

    select
        day,
        n_facts,
        n_expected,
        case when n_expected > 0 then n_facts / n_expected when n_expected = 0 then 1D end as completeness,
        facts_fingerprint,
        bit_xor(xxhash64(day, facts_fingerprint)) over (
            order by day
            rows between unbounded preceding and current row
        ) as history_fingerprint
    from expected

)

select * from compared

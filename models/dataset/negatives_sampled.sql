with

contexts_sampled as (

    select
        profile_id,
        country_iso_code,
        context_at,
        {{ collect_field("labels", "show_title_id") }} as played
    from {{ ref("contexts_sampled") }}
    where split = 'train'

),

negative_slots as (

    select
        country_iso_code,
        titles,
        popularity_slots
    from {{ ref("negative_slots") }}

),

-- Positions in the country's list of titles, by hash: each context draws by itself, so nothing is
-- joined, exploded or shuffled, and no other context or row order can change a draw.
drawn as (

    select
        contexts_sampled.profile_id,
        contexts_sampled.country_iso_code,
        contexts_sampled.context_at,
        contexts_sampled.played,
        negative_slots.titles,
        size(negative_slots.popularity_slots) as n_popularity_slots,
        {{ draw_positions("uniform") }} as uniform_draws,
        {{ draw_positions("popularity") }} as popularity_draws
    from contexts_sampled
    inner join negative_slots on contexts_sampled.country_iso_code = negative_slots.country_iso_code

),

accepted_uniform as (

    select
        *,
        {{ accept_draws("uniform_draws", knob("negatives").get("uniform", 0)) }} as uniform_positions
    from drawn

),

accepted as (

    select
        *,
        {{ accept_draws("array_except(popularity_draws, uniform_positions)", knob("negatives").get("popularity", 0)) }}
            as popularity_positions
    from accepted_uniform

),

named as (

    select
        profile_id,
        country_iso_code,
        context_at,
        concat(
            transform(
                uniform_positions,
                position -> struct(
                    get(titles, position).show_title_id as show_title_id,
                    'uniform' as strategy,
                    1D / size(titles) as draw_probability
                )
            ),
            transform(
                popularity_positions,
                position -> struct(
                    get(titles, position).show_title_id as show_title_id,
                    'popularity' as strategy,
                    cast(get(titles, position).popularity_slots as double) / n_popularity_slots as draw_probability
                )
            )
        ) as negatives
    from accepted

),

counted as (

    select
        profile_id,
        country_iso_code,
        context_at,
        negatives,
        {{ knob("negatives").values() | sum }} - size(negatives) as shortfall
    from named

)

select * from counted

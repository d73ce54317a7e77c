with

country_titles as (

    select
        country_iso_code,
        titles
    from {{ ref("country_titles") }}

),

fct_plays as (

    select
        show_title_id,
        played_at
    from {{ ref("fct_plays") }}

),

available as (

    select
        country_iso_code,
        inline(titles) as (show_title_id, launched_at)
    from country_titles

),

-- Draws serve train contexts alone, so plays after train stay out.
popularity as (

    select
        show_title_id,
        power(count(*), {{ knob("popularity_exponent") }}) as weight
    from fct_plays
    where played_at < timestamp '{{ knob("validation_starts_at") }}'
    group by show_title_id

),

weighted as (

    select
        available.country_iso_code,
        available.show_title_id,
        available.launched_at,
        coalesce(popularity.weight, 0) as weight,
        sum(popularity.weight) over (partition by available.country_iso_code) as total_weight,
        count(*) over (partition by available.country_iso_code) as n_titles
    from available
    left join popularity on available.show_title_id = popularity.show_title_id

),

-- A draw is one hashed place in a list of slots, so a title is drawn with probability slots / all
-- slots, exactly. 32 slots a title keep that within 1/64 of the mean share of the stated weight.
slotted as (

    select
        country_iso_code,
        show_title_id,
        launched_at,
        case when weight > 0 then cast(greatest(1, round(32 * n_titles * weight / total_weight)) as int) else 0 end
            as popularity_slots
    from weighted

),

collected as (

    select
        country_iso_code,
        sort_array(collect_list(struct(show_title_id, launched_at, popularity_slots))) as titles
    from slotted
    group by country_iso_code

),

unrolled as (

    select
        country_iso_code,
        titles,
        flatten(
            transform(titles, (title, position) -> array_repeat(position, title.popularity_slots))
        ) as popularity_slots
    from collected

)

select * from unrolled

with

contexts_sampled as (

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
        labels
    from {{ ref("contexts_sampled") }}

),

country_titles as (

    select
        country_iso_code,
        titles
    from {{ ref("country_titles") }}

),

joined as (

    select
        contexts_sampled.*,
        transform(
            filter(country_titles.titles, title -> title.launched_at < contexts_sampled.context_at),
            title -> title.show_title_id
        ) as eligible
    from contexts_sampled
    inner join country_titles on contexts_sampled.country_iso_code = country_titles.country_iso_code

),

{% if knob("train_candidates") == "sampled" %}
negatives_sampled as (

    select
        profile_id,
        context_at,
        transform(negatives, negative -> negative.show_title_id) as drawn
    from {{ ref("negatives_sampled") }}

),

-- Train contexts hold their positives and drawn negatives; all others every eligible title.
chosen as (

    select
        joined.*,
        if(
            joined.split = 'train',
            concat(transform(joined.labels, title -> title.show_title_id), coalesce(negatives_sampled.drawn, array())),
            joined.eligible
        ) as candidates
    from joined
    left join negatives_sampled
        on joined.profile_id = negatives_sampled.profile_id
        and joined.context_at = negatives_sampled.context_at

),
{% else %}
chosen as (

    select
        *,
        eligible as candidates
    from joined

),
{% endif %}

-- Sorted by salted hash, so that an item's place says nothing of its label.
ordered as (

    select
        *,
        map_from_entries(labels) as label_by_title,
        transform(
            array_sort(transform(
                candidates,
                title -> struct({{ context_hash("items", "title") }} as place, title as show_title_id)
            )),
            item -> item.show_title_id
        ) as ordered_candidates
    from chosen

),

labeled as (

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
            ordered_candidates,
            title -> struct(
                title as show_title_id,
                coalesce(try_element_at(label_by_title, title), 0D) as label,
                1D as weight
            )
        ) as items
    from ordered
    where size(candidates) > 0

)

select * from labeled

with

contexts_sampled as (

    select
        profile_id,
        country_iso_code,
        context_at,
        split,
        tags,
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
        {{ collect_field(
            filter_items("country_titles.titles", "item.launched_at < contexts_sampled.context_at"), "show_title_id"
        ) }} as eligible
    from contexts_sampled
    inner join country_titles on contexts_sampled.country_iso_code = country_titles.country_iso_code

),

{% if knob("train_candidates") == "sampled" %}
negatives_sampled as (

    select
        profile_id,
        context_at,
        {{ collect_field("negatives", "show_title_id") }} as drawn
    from {{ ref("negatives_sampled") }}

),

-- Train contexts hold their positives and drawn negatives; all others every eligible title.
chosen as (

    select
        joined.*,
        if(
            joined.split = 'train',
            concat({{ collect_field("joined.labels", "show_title_id") }}, coalesce(negatives_sampled.drawn, array())),
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
        {{ sort_items("candidates", context_hash("items", "item")) }} as ordered_candidates
    from chosen

),

labeled as (

    select
        profile_id,
        country_iso_code,
        context_at,
        split,
        tags,
        stratum,
        inclusion_probability,
        {{ map_items("ordered_candidates", {
            "show_title_id": "item",
            "label": "coalesce(try_element_at(label_by_title, item), 0D)",
            "weight": "1D",
        }) }} as items
    from ordered
    where size(candidates) > 0

)

select * from labeled

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

{% if knob("train_candidates") == "sampled" -%}
negatives_sampled as (

    select
        profile_id,
        context_at,
        transform(negatives, negative -> negative.show_title_id) as drawn
    from {{ ref("negatives_sampled") }}

),

{% endif -%}
joined as (

    select
        contexts_sampled.*,
        {% if knob("train_candidates") == "sampled" -%}
        negatives_sampled.drawn,
        {% endif -%}
        transform(
            filter(country_titles.titles, title -> title.launched_at < contexts_sampled.context_at),
            title -> title.show_title_id
        ) as eligible
    from contexts_sampled
    inner join country_titles on contexts_sampled.country_iso_code = country_titles.country_iso_code
    {% if knob("train_candidates") == "sampled" -%}
    left join negatives_sampled
        on contexts_sampled.profile_id = negatives_sampled.profile_id
        and contexts_sampled.context_at = negatives_sampled.context_at
    {%- endif %}

),

-- Train contexts hold their positives and drawn negatives; all others every eligible title.
chosen as (

    select
        *,
        map_from_entries(labels) as label_by_title,
        {% if knob("train_candidates") == "sampled" -%}
        if(
            split = 'train',
            concat(transform(labels, title -> title.show_title_id), coalesce(drawn, array())),
            eligible
        ) as candidates
        {%- else -%}
        eligible as candidates
        {%- endif %}
    from joined

),

-- Sorted by salted hash, so that an item's place says nothing of its label.
ordered as (

    select
        *,
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

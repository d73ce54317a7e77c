{% set drawn_splits = [] %}
{% for split, wanted in knob("evaluation_candidates").items() if wanted != "all" %}
{% do drawn_splits.append(split) %}
{% endfor %}
{% set draws = [] %}
{% if knob("train_candidates") == "sampled" %}{% do draws.append(("negatives_sampled", ["train"])) %}{% endif %}
{% if drawn_splits %}{% do draws.append(("evaluation_candidates", drawn_splits)) %}{% endif %}
{% set drawn = draws | map("last") | sum(start=[]) %}
{% set drawn_weight = "weight / item.inclusion_probability" if knob("negative_weights") == "inverse_inclusion" else "weight" %}

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
        weight,
        labels
    from {{ ref("contexts_sampled") }}

),

country_titles as (

    select
        country_iso_code,
        titles
    from {{ ref("country_titles") }}

),

{% for table, splits in draws -%}
{{ table }} as (

    select
        profile_id,
        context_at,
        negatives
    from {{ ref(table) }}

),

-- A draw is ranked with the positives, and only here: no catalogue is joined to its contexts.
with_{{ table }} as (

    select
        contexts_sampled.*,
        concat(
            {{ map_items("contexts_sampled.labels", {
                "show_title_id": "item.show_title_id",
                "label": "item.label",
                "weight": "weight",
            }) }},
            {{ map_items(table ~ ".negatives", {
                "show_title_id": "item.show_title_id",
                "label": "0D",
                "weight": drawn_weight if table == "negatives_sampled" else "weight",
            }) }}
        ) as candidates
    from contexts_sampled
    inner join {{ table }}
        on contexts_sampled.profile_id = {{ table }}.profile_id
        and contexts_sampled.context_at = {{ table }}.context_at
    where contexts_sampled.split in ('{{ splits | join("', '") }}')

),

{% endfor -%}

labels_mapped as (

    select
        *,
        map_from_entries(labels) as label_by_title
    from contexts_sampled
    {%- if drawn %}
    where split not in ('{{ drawn | join("', '") }}')
    {%- endif %}

),

-- Everything else ranks every title that was on offer.
with_all as (

    select
        labels_mapped.* except (label_by_title),
        {{ map_items(
            filter_items("country_titles.titles", "item.launched_at < labels_mapped.context_at"),
            {
                "show_title_id": "item.show_title_id",
                "label": "coalesce(try_element_at(labels_mapped.label_by_title, item.show_title_id), 0D)",
                "weight": "weight",
            }
        ) }} as candidates
    from labels_mapped
    inner join country_titles on labels_mapped.country_iso_code = country_titles.country_iso_code

),

chosen as (

    select * from with_all
    {%- for table, _ in draws %}
    union all
    select * from with_{{ table }}
    {%- endfor %}

),

-- Sorted by salted hash, so that an item's place says nothing of its label.
ordered as (

    select
        profile_id,
        country_iso_code,
        context_at,
        split,
        tags,
        stratum,
        inclusion_probability,
        {{ sort_items("candidates", context_hash("items", "item.show_title_id")) }} as items
    from chosen
    where size(candidates) > 0

)

select * from ordered

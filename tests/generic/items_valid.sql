{#
    Assumption: every context holds items, no title twice; no item is null at any depth; label >= 0
    and finite; weight > 0 and finite; every field of the structs finite; a train context holds a
    positive and a negative. One scan returns each context with all that it violates.
    `structs` names the structs of doubles to check: features, scores.
#}
{% test items_valid(model, structs=[]) %}
    {% set fields = {"features": dmc12.knob("features"), "scores": dmc12.knob("rankers").keys()} %}
    with

    checked as (

        select
            profile_id,
            context_at,
            split,
            array_compact(array(
                case when items is null or size(items) = 0 then 'no items' end,
                case when exists(items, item -> item is null) then 'null item' end,
                case when exists(items, item -> item.show_title_id is null) then 'null show_title_id' end,
                case
                    when size(items) > size(array_distinct(transform(items, item -> item.show_title_id)))
                        then 'title twice'
                end,
                case when not forall(items, item -> {{ dmc12.is_finite("item.label") }} and item.label >= 0) then 'bad label' end,
                case when not forall(items, item -> {{ dmc12.is_finite("item.weight") }} and item.weight > 0) then 'bad weight' end,
                {% for struct in structs %}
                {% for field in fields[struct] %}
                case
                    when not forall(items, item -> {{ dmc12.is_finite("item." ~ struct ~ "." ~ field) }})
                        then 'bad {{ struct }}.{{ field }}'
                end,
                {% endfor %}
                {% endfor %}
                case when split = 'train' and not exists(items, item -> item.label > 0) then 'train without a positive' end,
                case when split = 'train' and not exists(items, item -> item.label = 0) then 'train without a negative' end
            )) as violations
        from {{ model }}

    )

    select * from checked
    where size(violations) > 0
{% endtest %}

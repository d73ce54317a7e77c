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
            concat(
                array_compact(array(
                    case when items is null or size(items) = 0 then 'no items' end,
                    case when exists(items, item -> item is null) then 'null item' end,
                    case when exists(items, item -> item is not null and item.show_title_id is null) then 'null show_title_id' end,
                    case when size(array_compact(transform(items, item -> item.show_title_id)))
                        > size(array_distinct(array_compact(transform(items, item -> item.show_title_id)))) then 'title twice' end,
                    case when exists(items, item -> item is not null and not ({{ dmc12.is_finite("item.label") }} and item.label >= 0)) then 'bad label' end,
                    case when exists(items, item -> item is not null and not ({{ dmc12.is_finite("item.weight") }} and item.weight > 0)) then 'bad weight' end,
                    case when split = 'train' and not exists(items, item -> item.label > 0) then 'train without a positive' end,
                    case when split = 'train' and not exists(items, item -> item.label = 0) then 'train without a negative' end
                ))
                {%- for struct in structs %},
                {#- the sum is finite where every field is; which one is not is asked only where it is not #}
                if(
                    items is null or forall(items, item -> item is null or {{ dmc12.is_finite(
                        "abs(item." ~ struct ~ "." ~ fields[struct] | join(") + abs(item." ~ struct ~ ".") ~ ")"
                    ) }}),
                    cast(array() as array<string>),
                    array_compact(array(
                        {%- for field in fields[struct] %}
                        case when exists(items, item -> item is not null and not {{ dmc12.is_finite("item." ~ struct ~ "." ~ field) }})
                            then 'bad {{ struct }}.{{ field }}' end{{ "," if not loop.last }}
                        {%- endfor %}
                    ))
                )
                {%- endfor %}
            ) as violations
        from {{ model }}

    )

    select * from checked
    where size(violations) > 0
{% endtest %}

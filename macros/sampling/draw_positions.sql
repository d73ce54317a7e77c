{#
    Positions in a country's `titles`, drawn with replacement by hash, `negative_probes` for each
    negative wanted; distinct, in the order they came up. Columns read: profile_id, context_at,
    titles, popularity_slots.

    | call                               | output: array<int>                                |
    |------------------------------------|---------------------------------------------------|
    | {{ draw_positions("uniform") }}    | each position equally likely                      |
    | {{ draw_positions("popularity") }} | each position in proportion to its slots          |
#}
{% macro draw_positions(strategy) -%}
    {% set draws = dmc12.knob("negatives").get(strategy, 0) * dmc12.knob("negative_probes") -%}
    {% if draws == 0 -%}
    cast(array() as array<int>)
    {%- else -%}
    {% set slots = {"uniform": "titles", "popularity": "popularity_slots"}[strategy] -%}
    {% set slot = "cast(pmod(" ~ dmc12.context_hash("negatives/" ~ strategy, "draw") ~ ", size(" ~ slots ~ ")) as int)" -%}
    array_distinct(transform(
        sequence(1, if(size({{ slots }}) = 0, 0, {{ draws }}), 1),
        draw -> {{ slot if strategy == "uniform" else "get(popularity_slots, " ~ slot ~ ")" }}
    ))
    {%- endif %}
{%- endmacro %}

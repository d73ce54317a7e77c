{#
    How many contexts of a stratum are kept: its split's rate, but no fewer than the floor and no
    more than there are.

    | population | rate | floor | call                                   | output |
    |------------|------|-------|----------------------------------------|--------|
    | 1000       | 0.1  | 20    | {{ sampling_target("population") }}    | 100    |
    | 50         | 0.1  | 20    |                                        | 20     |
    | 5          | 0.1  | 20    |                                        | 5      |
#}
{% macro sampling_target(population) -%}
    cast(least(
        {{ population }},
        greatest(
            {{ dmc12.knob("stratum_floor") }},
            ceil({{ population }} * case split {% for split, rate in dmc12.knob("sampling_rates").items() %}when '{{ split }}' then {{ rate }}D {% endfor %}end)
        )
    ) as bigint)
{%- endmacro %}

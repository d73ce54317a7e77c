{#
    Members that each of two arms needs, so that a test shows a true difference of means `effect`
    with chance `test_power` at level `significance`: 2 ((z_significance + z_power) deviation /
    effect)^2, by the normal approximation (Cohen 1988).

    | deviation, effect | significance, test_power | call                                | output |
    |-------------------|--------------------------|-------------------------------------|--------|
    | 1, .2             | .05, .8                  | {{ arm_size("deviation", "effect") }} | 393  |
#}
{% macro arm_size(deviation, effect) -%}
    {%- set ratio = adapter.call("dmc12.power:detectable_ratio", dmc12.knob("significance"), dmc12.knob("test_power")) -%}
    ceil(
        2 * pow({{ ratio }}D * {{ deviation }} / {{ effect }}, 2)
    )
{%- endmacro %}

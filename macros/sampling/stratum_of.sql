{#
    The stratum of a context: the values of the knob strata's tags, in its order.

    | strata                         | input: tags                    | call                       | output   |
    |--------------------------------|--------------------------------|----------------------------|----------|
    | [country_group, tenure_bucket] | {BR, 0_to_27, true}            | {{ stratum_of("tags") }}   | BR/0_to_27 |
    | []                             |                                |                            | all      |
#}
{% macro stratum_of(tags) -%}
    {% set strata = dmc12.knob("strata") -%}
    {% if strata -%}
    concat_ws(
        '/'{% for tag in strata %},
        string({{ dmc12.field(tags, tag) }}){% endfor %}
    )
    {%- else -%}
    'all'
    {%- endif %}
{%- endmacro %}

{#
    The values of the knob strata's tags, in its order, as strings.

    | strata                         | input: tags         | call                         | output        |
    |--------------------------------|---------------------|------------------------------|---------------|
    | [country_group, tenure_bucket] | {BR, 0_to_27, true} | {{ stratum_values("tags") }} | [BR, 0_to_27] |
#}
{% macro stratum_values(tags) -%}
    cast(array({% for tag in dmc12.knob("strata") %}string({{ dmc12.field(tags, tag) }}){{ ", " if not loop.last }}{% endfor %}) as array<string>)
{%- endmacro %}

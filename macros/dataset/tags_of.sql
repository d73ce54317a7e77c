{#
    The struct of a context's tags, each by the expression that the knob `tags` declares. Which
    columns an expression may use: docs/sampling.md.

    | call                                                             | output                               |
    |------------------------------------------------------------------|--------------------------------------|
    | {{ tags_of({"is_new": {"expression": "n_past_plays = 0", ...}}) }} | struct(n_past_plays = 0 as `is_new`) |
#}
{% macro tags_of(tags) -%}
    {% set values = {} -%}
    {% for name, tag in tags.items() %}{% do values.update({name: tag.expression}) %}{% endfor -%}
    {{ dmc12.struct_of(values) }}
{%- endmacro %}

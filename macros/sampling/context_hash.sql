{#
    A hash that orders contexts (or, with more columns, what lies in them) in a way that looks random
    and depends on nothing but the key and the salt: not on partitions, row order or other rows.

    | call                                        | output                                          |
    |---------------------------------------------|-------------------------------------------------|
    | {{ context_hash("contexts") }}              | xxhash64(profile_id, context_at, 'dmc12/contexts') |
    | {{ context_hash("items", "show_title_id") }} | xxhash64(profile_id, context_at, show_title_id, 'dmc12/items') |
#}
{% macro context_hash(purpose, more=none) -%}
    xxhash64(profile_id, context_at, {% if more %}{{ more }}, {% endif %}{{ dbt.string_literal(dmc12.knob("sampling_salt") ~ "/" ~ purpose) }})
{%- endmacro %}

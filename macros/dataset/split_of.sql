{#
    The split of a context, by time. A label window that reaches into the next split belongs to
    none, so no split sees another's labels.

    | context_at | label_until | call                                          | output     |
    |------------|-------------|-----------------------------------------------|------------|
    | June 1     | June 2      | {{ split_of("context_at", "label_until") }}   | train      |
    | June 10    | June 12     | (validation starts on June 11)                | gap        |
#}
{% macro split_of(context_at, label_until) -%}
    case
        when {{ context_at }} < timestamp '{{ dmc12.knob("train_starts_at") }}' then 'warm_up'
        when {{ label_until }} <= timestamp '{{ dmc12.knob("validation_starts_at") }}' then 'train'
        when {{ context_at }} < timestamp '{{ dmc12.knob("validation_starts_at") }}' then 'gap'
        when {{ label_until }} <= timestamp '{{ dmc12.knob("test_starts_at") }}' then 'validation'
        when {{ context_at }} < timestamp '{{ dmc12.knob("test_starts_at") }}' then 'gap'
        when {{ label_until }} <= timestamp '{{ dmc12.knob("facts_end_at") }}' then 'test'
        else 'gap'
    end
{%- endmacro %}

{#
    The tenure bucket of a context, named by its bounds in days (the knob tenure_bucket_days).

    | signed_up_at | context_at | call                                              | output     |
    |--------------|------------|---------------------------------------------------|------------|
    | May 30       | June 1     | {{ tenure_bucket("signed_up_at", "context_at") }} | 0_to_27    |
    | May 1        | June 1     |                                                   | 28_to_364  |
    | 2020         | June 1     |                                                   | 365_and_up |
#}
{% macro tenure_bucket(signed_up_at, context_at) -%}
    {% set bounds = [0] + dmc12.knob("tenure_bucket_days") -%}
    case
        {% for bound in bounds[1:] -%}
        when datediff(day, {{ signed_up_at }}, {{ context_at }}) < {{ bound }} then '{{ bounds[loop.index0] }}_to_{{ bound - 1 }}'
        {% endfor -%}
        else '{{ bounds[-1] }}_and_up'
    end
{%- endmacro %}

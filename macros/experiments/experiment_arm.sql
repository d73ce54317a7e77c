{#
    The arm of an A/B test that a profile is in, each arm equally likely: a hash of profile and
    experiment, so it is the same everywhere and always, and another experiment's tells nothing of it.

    | profile_id | call                                                              | output    |
    |------------|-------------------------------------------------------------------|-----------|
    | 100001     | {{ experiment_arm("profile_id", "first_test", ["control", "treatment"]) }} | treatment |
#}
{% macro experiment_arm(profile_id, experiment, arms) -%}
    get(
        array('{{ arms | join("', '") }}'),
        int(pmod(xxhash64({{ profile_id }}, {{ dbt.string_literal("dmc12/experiment/" ~ experiment) }}), {{ arms | length }}))
    )
{%- endmacro %}

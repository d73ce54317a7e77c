{#
    All knobs of `dbt_project.yml`, checked and as plain values; a fault is one clear error.

    | call                                  | output                                     |
    |---------------------------------------|--------------------------------------------|
    | {% set all = knobs() %}{{ all.strata }} | ['country_group', 'tenure_bucket']         |
#}
{% macro knobs() %}
    {{ return(adapter.call("dmc12.knobs:resolve", adapter.project_vars("dmc12"))) }}
{% endmacro %}

{#- As in dbt-spark, and clear away the versions of a table that was there before. -#}
{% materialization view, adapter='sparksession' %}
    {%- set result = create_or_replace_view() -%}
    {%- do adapter.drop_versions(this) -%}
    {{ return(result) }}
{% endmaterialization %}

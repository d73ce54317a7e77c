{#- dbt run-operation rollback_version --args '{name: rankers}'; `version` names another than the last. -#}
{% macro rollback_version(name, version=none, schema=none) %}
    {%- set relation = api.Relation.create(schema=schema or target.schema, identifier=name) -%}
    {%- do print(relation ~ ' serves ' ~ adapter.roll_back(relation, version)) -%}
{% endmacro %}

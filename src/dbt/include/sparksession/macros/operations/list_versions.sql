{#- dbt run-operation list_versions --args '{name: rankers}' -#}
{% macro list_versions(name, schema=none) %}
    {%- set relation = api.Relation.create(schema=schema or target.schema, identifier=name) -%}
    {%- for version in adapter.versions_of(relation) or ['no version of ' ~ relation] %}
        {%- do print(version) -%}
    {%- endfor %}
{% endmacro %}

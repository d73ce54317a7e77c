{#- dbt run-operation sweep_versions --args '{dry_run: true}': drop what no table of the schema needs. -#}
{% macro sweep_versions(schema=none, keep=none, dry_run=false) %}
    {%- set dropped = adapter.sweep(schema or target.schema, keep, dry_run) -%}
    {%- for version in dropped %}
        {%- do print(('would drop ' if dry_run else 'dropped ') ~ version) -%}
    {%- endfor %}
    {%- do print((dropped | length) ~ (' versions to drop' if dry_run else ' versions dropped')) -%}
{% endmacro %}

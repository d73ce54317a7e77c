{#- A schema goes together with the versions of its tables. -#}
{% macro sparksession__drop_schema(relation) -%}
    {%- call statement('drop_schema') -%}
        drop schema if exists {{ relation }} cascade
    {%- endcall -%}
    {%- call statement('drop_versions_schema') -%}
        drop schema if exists {{ relation.schema }}__versions cascade
    {%- endcall -%}
{%- endmacro %}

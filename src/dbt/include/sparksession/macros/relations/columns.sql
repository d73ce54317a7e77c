{#- dbt-spark describes what `--empty` makes of the relation, a subquery, which has no description. -#}
{% macro sparksession__get_columns_in_relation_raw(relation) -%}
    {%- call statement('get_columns_in_relation_raw', fetch_result=true) -%}
        describe extended {{ relation.render() }}
    {%- endcall -%}
    {{ return(load_result('get_columns_in_relation_raw').table) }}
{%- endmacro %}

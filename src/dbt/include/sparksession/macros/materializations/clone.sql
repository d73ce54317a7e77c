{#- A clone is a view over the other target's relation: no copy, and it always shows what is served
    there. -#}
{% materialization clone, adapter='sparksession' %}
    {%- if defer_relation and defer_relation.render() == this.render() -%}
        {#- it would become a view over itself, in place of the table -#}
        {%- do log('Source and target are one, skipping clone for relation ' ~ this, info=true) -%}
        {{ return({'relations': []}) }}
    {%- endif -%}
    {{ return(context['materialization_clone_default']()) }}
{% endmaterialization %}


{#- dbt-spark's clones are Delta's. -#}
{% macro sparksession__can_clone_table() -%}
    {{ return(false) }}
{%- endmacro %}

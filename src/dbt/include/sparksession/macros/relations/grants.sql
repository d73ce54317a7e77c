{#- Open-source Spark keeps no grants: GRANT is refused. Say so once a run, and build. -#}
{% macro sparksession__apply_grants(relation, grant_config, should_revoke=True) -%}
    {%- if grant_config and adapter.first_time('grants') -%}
        {%- do exceptions.warn(
            'grants are not applied, here on ' ~ relation ~ ' nor on any other relation: '
            'open-source Spark keeps none. Protect the warehouse by file permissions, or the '
            'server that reads it.'
        ) -%}
    {%- endif -%}
{%- endmacro %}

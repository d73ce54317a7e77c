{#
    The paths of the innermost fields of a struct, or of an array of structs; none for other types.

    | call                                                  | output            |
    |-------------------------------------------------------|-------------------|
    | {{ struct_leaves("struct<a:int,b:struct<c:string>>") }} | [a, b.c]        |
    | {{ struct_leaves("bigint") }}                         | []                |
#}
{% macro struct_leaves(type) %}
    {% set leaves = adapter.call("dbt.adapters.sparksession.type_leaves:leaves", type) %}
    {{ return(leaves | map(attribute="path") | list) }}
{% endmacro %}

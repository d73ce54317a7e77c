{#
    The types of a table's columns: the real ones, or where it is not built yet those that its
    model's YAML declares.

    | call                                    | output                                           |
    |-----------------------------------------|--------------------------------------------------|
    | {{ column_types(ref("dmc12_labeled")) }} | {profile_id: bigint, ..., items: array<struct<...>>} |
#}
{% macro column_types(relation) %}
    {% set types = {} %}
    {% for column in adapter.get_columns_in_relation(relation) %}
        {% do types.update({column.name: column.dtype}) %}
    {% endfor %}
    {% if execute and not types %}
        {% for node in graph.nodes.values() if node.relation_name == relation | string %}
            {% do types.update(adapter.declared_types(node)) %}
        {% endfor %}
    {% endif %}
    {{ return(types) }}
{% endmacro %}

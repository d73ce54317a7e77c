{#
    Stop the build with one clear error unless an input table has the columns that are needed, of a
    usable type, and at least one row; `optional` ones may be missing. Renders to nothing.

    | input                          | call                                                | error |
    |--------------------------------|-----------------------------------------------------|-------|
    | raw_plays(strength array<int>) | {{ require_input(ref("raw_plays"), {"strength": "number"}) }} | raw_plays.strength: expected a number (int, double, decimal, string, ...), got array<int> |
#}
{% macro require_input(relation, columns, optional={}) %}
    {% if execute and flags.WHICH in ["build", "run", "show"] %}
        {% set text = ["string", "varchar", "char"] %}
        {% set whole = ["tinyint", "smallint", "int", "bigint"] %}
        {% set usable = {
            "id": whole + text,
            "text": text,
            "moment": ["timestamp", "timestamp_ntz", "date"] + text,
            "number": whole + ["float", "double", "decimal"] + text,
        } %}
        {% set found = {} %}
        {% for column in adapter.get_columns_in_relation(relation) %}
            {% do found.update({column.name | lower: column.dtype}) %}
        {% endfor %}
        {% set faults = [] %}
        {% for name, kind in dict(columns, **optional).items() if name in columns or name in found %}
            {% set type = found.get(name) %}
            {% if not found %}
                {# the relation itself is missing: Spark's own error says so below #}
            {% elif type is none %}
                {% do faults.append(relation.identifier ~ "." ~ name ~ ": missing") %}
            {% elif type.split("(")[0] not in usable[kind] and type != "void" %}
                {% do faults.append(
                    relation.identifier ~ "." ~ name ~ ": expected " ~ {"id": "an id", "text": "text"}.get(kind, "a " ~ kind) ~ " ("
                    ~ usable[kind] | join(", ") ~ "), got " ~ type
                ) %}
            {% endif %}
        {% endfor %}
        {% if not found %}
            {% do faults.append(relation.identifier ~ ": the table does not exist; build or seed it first") %}
        {% elif not faults and not run_query("select 1 from " ~ relation ~ " limit 1").rows %}
            {% do faults.append(relation.identifier ~ ": the table is empty") %}
        {% endif %}
        {% if faults %}
            {% do exceptions.raise_compiler_error("Input not usable\n  " ~ faults | join("\n  ")) %}
        {% endif %}
    {% endif %}
{% endmacro %}

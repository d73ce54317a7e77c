{#- dbt run-operation show_contract --args '{file: models/dmc12.yml}': the declared types of all
    models of one YAML file, as trees. -#}
{% macro show_contract(file) %}
    {%- for node in graph.nodes.values() if node.patch_path and node.patch_path.endswith('://' ~ file) %}
        {%- do print(node.name) -%}
        {%- for line in adapter.declared_tree(node) %}
            {%- do print('  ' ~ line) -%}
        {%- endfor %}
    {%- else %}
        {%- do exceptions.raise_compiler_error('no model is declared in ' ~ file) -%}
    {%- endfor %}
{% endmacro %}

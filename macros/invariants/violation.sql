{#
    A violation where a condition holds, else null.

    | call                                                           | output                           |
    |----------------------------------------------------------------|----------------------------------|
    | {{ violation("w <= 0", "positive", "'w'", "string(w)") }}, w 0 | {positive, w, 0}                 |
#}
{% macro violation(condition, invariant, path, value) -%}
    case
        when {{ condition }} then struct('{{ invariant }}' as invariant, {{ path }} as path, {{ value }} as value)
    end
{%- endmacro %}

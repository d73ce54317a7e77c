{#
    Whether a string is null, empty or of spaces alone.

    | input        | call                     | output |
    |--------------|--------------------------|--------|
    | null, '', ' ' | {{ is_blank("play_id") }} | true   |
    | 'p1'         |                          | false  |
#}
{% macro is_blank(text) -%}
    (coalesce(trim({{ text }}), '') = '')
{%- endmacro %}

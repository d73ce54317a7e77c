{#
    A tag's value as a part of a name that joins several by a slash, or has a star for any value: no two
    lists of values make one name.

    | input: value | call                    | output      |
    |--------------|-------------------------|-------------|
    | 50% a/b      | {{ escaped("value") }}  | 50%25 a%2Fb |
#}
{% macro escaped(value) -%}
    replace(replace(replace({{ value }}, '%', '%25'), '/', '%2F'), '*', '%2A')
{%- endmacro %}

{#
    The stratum of a context by the values of the strata's tags: a slash between, and slashes, stars
    and per cents of their own escaped, so that no two strata share a name.

    | input: values    | call                                  | output       |
    |------------------|---------------------------------------|--------------|
    | [BR, 0_to_27]    | {{ stratum_of("stratum_values") }}    | BR/0_to_27   |
    | [a/b, 50%]       |                                       | a%2Fb/50%25  |
    | []               |                                       | all          |
#}
{% macro stratum_of(values) -%}
    if(size({{ values }}) = 0, 'all', array_join(transform({{ values }}, value -> {{ dmc12.escaped("value") }}), '/'))
{%- endmacro %}

{#
    How many elements of an array come before the value: elements < value where the array ascends,
    elements > value where `compare` is ">" and it descends; "<=" and ">=" count the equal ones too.
    A binary search: one step for each of `steps`, powers of two that descend to 1 and add up to no
    less than the array's size.

    | array              | value | call                                       | output |
    |--------------------|-------|--------------------------------------------|--------|
    | [.9, .5, .5, .2]   | .5    | {{ count_before("array", "value", ">") }}  | 1      |
    | [.9, .5, .5, .2]   | .5    | {{ count_before("array", "value", ">=") }} | 3      |
#}
{% macro count_before(array, value, compare, steps="steps") -%}
    aggregate(
        {{ steps }},
        0,
        (passed, step) -> if(get({{ array }}, passed + step - 1) {{ compare }} {{ value }}, passed + step, passed)
    )
{%- endmacro %}

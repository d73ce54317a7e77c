{#
    The violations of some rules, as an array.

    | call                                                                          | w | output               |
    |-------------------------------------------------------------------------------|---|----------------------|
    | {{ violations_of([{name: positive, path: w, broken: "w <= 0", value: "w"}]) }} | 0 | [{positive, w, 0.0}] |
    |                                                                               | 1 | []                   |
#}
{% macro violations_of(rules) -%}
    array_compact(cast(array(
        {%- for rule in rules %}
        case
            when {{ rule.broken }}
                then struct('{{ rule.name }}' as invariant, '{{ rule.path }}' as path, string({{ rule.value }}) as value)
        end{{ "," if not loop.last }}
        {%- endfor %}
    ) as array<struct<invariant:string,path:string,value:string>>))
{%- endmacro %}

{#
    Whether a 64-bit hash lies in the lower `rate` of its range; exact, for a rate times 2^64 is.

    | call                       | output                                         |
    |----------------------------|------------------------------------------------|
    | {{ hash_below("h", 0.5) }} | h < bigint('0')                                |
    | {{ hash_below("h", 1.0) }} | true                                           |
#}
{% macro hash_below(hash, rate) -%}
    {% if rate == 1 -%} true {%- else -%} {{ hash }} < bigint('{{ (rate * 2 ** 64) | int - 2 ** 63 }}') {%- endif %}
{%- endmacro %}

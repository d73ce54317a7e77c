{#
    What contexts are drawn by: those with the least of it are kept. Distinct, since of the key.

    | call             | output                                                            |
    |------------------|-------------------------------------------------------------------|
    | {{ draw_of() }}  | struct(xxhash64(profile_id, context_at, 'dmc12/contexts') as hash, profile_id, context_at) |
#}
{% macro draw_of() -%}
    struct({{ dmc12.context_hash("contexts") }} as hash, profile_id, context_at)
{%- endmacro %}

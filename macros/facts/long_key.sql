{#
    A long key for raw ids that may be numbers or strings, over a table of one row per id: an id that
    is a canonical whole number keeps it, any other gets its xxhash64; of ids that would share a key
    all but the first (in their own order) are hashed anew with their place. The unique test on the
    key proves that none collides.

    | input: raw_id        | call                             | output: key          |
    |----------------------|----------------------------------|----------------------|
    | '17850'              | select {{ long_key("raw_id") }}  | 17850                |
    | '85123A'             |                                  | xxhash64('85123A')   |
    | '007'                |                                  | xxhash64('007')      |
#}
{% macro long_key(raw_id) -%}
    {%- set number = "try_cast(" ~ raw_id ~ " as bigint)" -%}
    {%- set claimed = "if(cast(" ~ number ~ " as string) <=> " ~ raw_id ~ ", " ~ number ~ ", xxhash64(" ~ raw_id ~ "))" -%}
    {%- set claim = "row_number() over (partition by " ~ claimed ~ " order by " ~ raw_id ~ ")" -%}
    if({{ claim }} = 1, {{ claimed }}, xxhash64({{ raw_id }}, {{ claim }}))
{%- endmacro %}

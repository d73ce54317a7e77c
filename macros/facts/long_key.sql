{#
    A long key for raw ids that may be numbers or strings: an id that is a canonical whole number
    keeps it, any other gets its xxhash64; of two ids that would share a key, all but the first (in
    their own order) are hashed again. The unique test on the key proves that none collides.

    | input: raw_id        | call                             | output: key          |
    |----------------------|----------------------------------|----------------------|
    | '17850'              | select {{ long_key("raw_id") }}  | 17850                |
    | '85123A'             |                                  | xxhash64('85123A')   |
    | '007'                |                                  | xxhash64('007')      |
#}
{% macro long_key(raw_id) -%}
    coalesce(
        if(cast(try_cast({{ raw_id }} as bigint) as string) = {{ raw_id }}, try_cast({{ raw_id }} as bigint), null),
        xxhash64({{ raw_id }})
    )
{%- endmacro %}

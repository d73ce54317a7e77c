{#
    Whether a code is ISO 3166-1 alpha-2, or one of those that the standard leaves to users (AA, QM
    to QZ, XA to XZ, ZZ); null gives null.

    | country | call                            | output |
    |---------|---------------------------------|--------|
    | BR      | {{ is_iso_country("country") }} | true   |
    | UK      |                                 | false  |
#}
{% macro is_iso_country(value) -%}
    ({{ value }} rlike '^(AA|Q[M-Z]|X[A-Z]|ZZ)$' or {{ value }} in ('{{ dmc12.iso_countries() | join("', '") }}'))
{%- endmacro %}

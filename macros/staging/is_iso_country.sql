{#
    Whether a string is an ISO 3166-1 alpha-2 code; null for null.

    | input      | call                                   | output |
    |------------|----------------------------------------|--------|
    | 'BR'       | {{ is_iso_country("country_iso_code") }} | true   |
    | 'br', 'UK' |                                        | false  |
#}
{% macro is_iso_country(code) -%}
    {{ code }} in ('{{ dmc12.iso_countries() | join("', '") }}')
{%- endmacro %}

{#
    A p-value adjusted over its family (Benjamini & Hochberg 1995): the false discovery rate at which
    it would just be a finding. `place` is its place in the family by ascending p-value, equal ones in
    any order, of `members` that have one; a null p-value is no member and stays null.

    | p_value, place, members  | call                                                                  | output        |
    |--------------------------|-----------------------------------------------------------------------|---------------|
    | (.01, 1, 3), (.04, 3, 3), (.03, 2, 3) | {{ benjamini_hochberg("p_value", "place", "members", "family") }} | .03, .04, .04 |
#}
{% macro benjamini_hochberg(p_value, place, members, family) -%}
    if(
        {{ p_value }} is null,
        null,
        least(
            1D,
            min({{ p_value }} * {{ members }} / {{ place }}) over (
                partition by {{ family }} order by {{ p_value }} desc
            )
        )
    )
{%- endmacro %}

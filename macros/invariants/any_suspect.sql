{#
    Whether an item may break any of some rules of `item_rules`; false where there are none. It may be
    true of a sound item, never false of a broken one: one sum of all doubles finds nulls, NaN and
    infinities among them, so that an item costs an addition a double.

    | call                                                         | output                                                       |
    |--------------------------------------------------------------|--------------------------------------------------------------|
    | {{ any_suspect("item", leaves, item_rules(leaves, none, names)) }} | (item.`id` is null or item.`label` < 0 or not coalesce(0D * (item.`label` + item.`f`) = 0, false)) |
#}
{% macro any_suspect(item, leaves, rules) -%}
    {%- set suspects, doubles = [], [] -%}
    {%- for rule in rules -%}
        {%- for leaf in leaves if leaf.path in rule.paths -%}
            {%- set value = dmc12.field(item, leaf.path) -%}
            {%- if "suspect" in rule -%}{%- do suspects.append(rule.suspect | replace("%", value)) -%}
            {%- elif leaf.type not in ("double", "float") -%}{%- do suspects.append(value ~ " is null") -%}
            {%- elif value not in doubles -%}{%- do doubles.append(value) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- if doubles %}{% do suspects.append("not coalesce(0D * (" ~ doubles | join(" + ") ~ ") = 0, false)") %}{% endif -%}
    ({{ suspects | join(" or ") or "false" }})
{%- endmacro %}

{#
    Assumption: the arms are equally large but for chance: Pearson's chi-square of their sizes stays
    below what chance passes once in 1,000 (a sample ratio mismatch otherwise: Fabijan et al. 2019).
    Returns the arms with their sizes where it does not, those that nobody is in too.
#}
{% test arms_balanced(model, column_name, arms) %}
    {%- set limit = adapter.call("dmc12.power:chi_square_limit", arms | length - 1, 0.001) -%}
    with

    members as (

        select {{ column_name }} as arm from {{ model }}

    ),

    arms as (

        select explode(array('{{ arms | join("', '") }}')) as arm

    ),

    counted as (

        select
            arms.arm,
            count(members.arm) as n_members,
            (select count(*) from members) / {{ arms | length }} as n_expected
        from arms
        left join members on arms.arm = members.arm
        group by arms.arm

    ),

    compared as (

        select
            *,
            sum(pow(n_members - n_expected, 2) / n_expected) over () as chi_square
        from counted

    )

    select * from compared
    where chi_square > {{ limit }}
{% endtest %}

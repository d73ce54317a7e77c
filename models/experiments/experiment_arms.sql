{%- set arms = ["control", "treatment"] -%}
with

profiles as (

    select profile_id from {{ ref("profiles") }}

),

allotted as (

    select
        profile_id,
        '{{ knob("experiment") }}' as experiment,
        {{ dmc12.experiment_arm("profile_id", knob("experiment"), arms) }} as arm
    from profiles

)

select * from allotted

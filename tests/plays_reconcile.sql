-- Assumption: every raw play is accepted or rejected, once. Returns the counts where it is not so.
with

counted as (

    select
        (select count(*) from {{ ref("stg_plays") }}) as n_raw,
        (select count(*) from {{ ref("fct_plays") }}) as n_accepted,
        (select count(*) from {{ ref("fct_plays_rejected") }}) as n_rejected

)

select * from counted
where n_raw <> n_accepted + n_rejected

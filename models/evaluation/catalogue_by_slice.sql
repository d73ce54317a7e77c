with

title_exposures as (

    select
        split,
        slice,
        slice_value,
        ranker,
        k,
        show_title_id,
        n_exposed
    from {{ ref("title_exposures") }}

),

titles as (

    select show_title_id from {{ ref("titles") }}

),

fct_plays as (

    select show_title_id from {{ ref("fct_plays") }}
    where played_at < timestamp '{{ knob("validation_starts_at") }}'

),

-- A title that nobody had played is as surprising as one that was played once among all plays.
played as (

    select
        titles.show_title_id,
        count(fct_plays.show_title_id) + 1D as plays
    from titles
    left join fct_plays on titles.show_title_id = fct_plays.show_title_id
    group by titles.show_title_id

),

surprising as (

    select
        show_title_id,
        -log2(plays / sum(plays) over ()) as surprise
    from played

),

exposures_surprising as (

    select
        title_exposures.*,
        surprising.surprise
    from title_exposures
    inner join surprising on title_exposures.show_title_id = surprising.show_title_id

),

placed as (

    select
        *,
        row_number() over (
            partition by split, slice, slice_value, ranker, k order by n_exposed, show_title_id
        ) as place
    from exposures_surprising

),

summed as (

    select
        split,
        slice,
        slice_value,
        ranker,
        k,
        count(*) as n_titles,
        count_if(n_exposed > 0) as n_titles_shown,
        sum(n_exposed) as n_exposed,
        sum(n_exposed * place) as n_exposed_by_place,
        double({{ dmc12.exact_sum("n_exposed * surprise") }}) as surprise
    from placed
    group by split, slice, slice_value, ranker, k

),

measured as (

    select
        split,
        slice,
        slice_value,
        ranker,
        k,
        n_titles_shown / n_titles as coverage,
        (2 * n_exposed_by_place / n_exposed - n_titles - 1) / n_titles as gini,
        surprise / n_exposed as novelty,
        n_titles,
        n_titles_shown
    from summed

)

select * from measured

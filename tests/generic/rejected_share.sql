{#
    Assumption: of the checked rows, no larger share has reasons to be rejected than the knob
    `max_rejected_share` gives for the source. Raises one error that counts the rows by reason, and
    so stops a build before anything is made of what is left.
#}
{% test rejected_share(model, source) %}
    {% set at_most = dmc12.knob("max_rejected_share").get(source, 0) %}
    with

    checked as (

        select reasons from {{ model }}

    ),

    total as (

        select
            count(*) as n_rows,
            count_if(size(reasons) > 0) as n_rejected
        from checked

    ),

    exploded as (

        select explode(reasons) as reason from checked

    ),

    counted as (

        select
            reason,
            count(*) as n_rows
        from exploded
        group by reason

    ),

    listed as (

        select array_join(
            transform(sort_array(collect_list(struct(-n_rows as descent, reason, n_rows))), each -> each.reason || ' ' || each.n_rows),
            ', '
        ) as reasons
        from counted

    ),

    -- dbt only counts what a test returns, so the error stands where even a count needs it
    too_many as (

        select
            total.n_rows,
            total.n_rejected,
            listed.reasons
        from total
        cross join listed
        where if(
            total.n_rejected > {{ at_most }}D * total.n_rows,
            raise_error(format_string(
                '{{ source }}: %d of %d rows rejected (%.1f %%), knob max_rejected_share.{{ source }} allows {{ at_most }}: %s. '
                || 'See them by: select * from {{ model.identifier }} where size(reasons) > 0',
                total.n_rejected, total.n_rows, 100D * total.n_rejected / total.n_rows, listed.reasons
            )),
            null
        ) is not null

    )

    select * from too_many
{% endtest %}

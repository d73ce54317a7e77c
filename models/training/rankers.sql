with

ranker_sets as (

    select
        ranker,
        set_id,
        place,
        is_selected,
        trainer,
        params,
        features,
        seed,
        status,
        error,
        best_iteration,
        validation_ndcg_at_10,
        validation_curve,
        n_train_contexts,
        n_train_items,
        n_validation_contexts,
        wall_seconds,
        peak_memory_mb,
        threads,
        trained_at,
        library_versions,
        feature_fingerprint,
        data_fingerprint,
        code_fingerprint,
        importances,
        text,
        text_sha256
    from {{ ref("ranker_sets") }}

),

selected as (

    select ranker_sets.* except (place, is_selected)
    from ranker_sets
    where is_selected

)

select * from selected

"""What the report reads: a query a table, all of them small."""

from typing import Any

Rows = list[dict[str, Any]]
Tables = dict[str, Rows]

WHOLE = "split = 'test' and slice = 'all'"
METRIC = "if(k is null, metric, metric || '_at_' || k) as column_name"

QUERIES = {
    "means": f"""
        select ranker, {METRIC}, metric, k, value, standard_error, chance, n, n_contexts, n_empty
        from metrics_by_slice where {WHOLE} and weighting = 'plain'
    """,
    "comparisons": f"""
        select *, {METRIC} from ranker_comparisons where split = 'test' and weighting = 'plain'
    """,
    "catalogue": f"select * from catalogue_by_slice where {WHOLE}",
    "calibration": f"select * from calibration_by_slice where {WHOLE}",
    "rankers": """
        select ranker, trainer, features, best_iteration, validation_ndcg_at_10, wall_seconds,
            importances
        from rankers
    """,
    "sets": """
        select ranker, place, is_selected, best_iteration, validation_curve
        from ranker_sets where size(validation_curve) > 0
    """,
    "audit": "select split, stratum, population, kept from sampling_audit",
    "plan": "select * from experiment_plan",
}

"""Tables such as a build leaves behind, in small."""

import math
from collections.abc import Iterator
from typing import Any

RANKERS = {"popularity": 0.18, "own_plays": 0.41, "lambdarank": 0.5, "oracle": 0.55}
PLACES = [(name, k) for name in ("ndcg", "recall", "hit", "ap") for k in (1, 5, 10, 20)]
PLACES += [("nmrr", None), ("mrr", None), ("auc", None)]
SLICES = [
    ("all", "all", 1500),
    ("country", "BR", 400),
    ("country", "US", 1100),
    ("new", "true", 30),
]


def example_tables(**changes: Any) -> dict[str, list[dict[str, Any]]]:
    """All tables of the report; `winner=None` for one without a winner."""
    return {
        "means": list(means()),
        "comparisons": list(comparisons()),
        "catalogue": [
            {"ranker": ranker, "k": k, "coverage": value, "gini": 1 - value, "novelty": 6 + value,
             "n_titles": 300, "n_titles_shown": round(300 * value)}
            for ranker, value in RANKERS.items() for k in (1, 10)
        ],
        "calibration": [
            {"ranker": ranker, "bin": bin_, "expected": 0.002 * 2**bin_,
             "observed": 0.0018 * 2**bin_,
             "standard_error": 0.0004 * 2**bin_, "n_items": 1000}
            for ranker in RANKERS for bin_ in range(7)
        ],
        "rankers": [
            {"ranker": ranker, "trainer": "feature", "features": ["own_plays"],
             "wall_seconds": 1.25,
             "best_iteration": 80 if ranker == "lambdarank" else None,
             "validation_ndcg_at_10": value,
             "importances": [
                {"feature": f"feature_{n}", "gain": 1 / n, "split": n} for n in range(1, 20)
             ] if ranker == "lambdarank" else []}
            for ranker, value in RANKERS.items()
        ],
        "sets": [
            {"ranker": "lambdarank", "place": place, "is_selected": place == 1, "best_iteration": 3,
             "validation_curve": [0.3 + place / 100, 0.35, 0.41, 0.4]}
            for place in (1, 2)
        ],
        "audit": [
            {"split": split, "stratum": f"{country}/{tenure}", "population": n, "kept": n // 2}
            for split in ("train", "validation", "test")
            for n, (country, tenure) in enumerate(
                [("US", "new"), ("US", "old"), ("BR", "new"), ("BR", "old")], start=40)
        ],
        "plan": [
            {"experiment": "first_test", "ranker": "lambdarank", "control": "own_plays",
             "winner_metric": "nmrr", "member_metric": metric, "mean": 6.5, "deviation": 7.1,
             "relative_effect": effect, "effect": 6.5 * effect, "n_members": 1100,
             "n_per_arm": math.ceil(15.7 * (7.1 / 6.5 / effect) ** 2), "is_feasible": effect > 0.1,
             "significance": 0.05, "power": 0.8} | changes
            for metric in ("plays", "retention") for effect in (0.02, 0.2)
        ],
    }  # fmt: skip


def means() -> Iterator[dict[str, Any]]:
    for ranker, value in RANKERS.items():
        for metric, k in PLACES:
            yield {
                "ranker": ranker, "metric": metric, "k": k, "value": value * (1 + (k or 10) / 40),
                "column_name": metric if k is None else f"{metric}_at_{k}",
                "standard_error": 0.01, "chance": 0.02 + (k or 10) / 400,
                "n": 1500, "n_contexts": 1550, "n_empty": 50,
            }  # fmt: skip


def comparisons() -> Iterator[dict[str, Any]]:
    for ranker, value in RANKERS.items():
        if ranker == "own_plays":
            continue
        for metric, k in PLACES:
            for slice_, slice_value, n in SLICES:
                error = 0.4 / math.sqrt(n)
                difference = value - RANKERS["own_plays"] - (0.09 if slice_value == "true" else 0)
                sure = abs(difference) > 2.5 * error
                yield {
                    "ranker": ranker, "control": "own_plays", "metric": metric, "k": k,
                    "column_name": metric if k is None else f"{metric}_at_{k}",
                    "slice": slice_, "slice_value": slice_value, "value": value,
                    "control_value": RANKERS["own_plays"], "difference": difference,
                    "standard_error": error, "lower": difference - 2 * error,
                    "upper": difference + 2 * error, "p_value_adjusted": 0.0001 if sure else 0.4,
                    "smallest_detectable": 2.8 * error, "n": n, "n_profiles": n // 3,
                    "verdict": ("better" if difference > 0 else "worse") if sure else "unclear",
                }  # fmt: skip

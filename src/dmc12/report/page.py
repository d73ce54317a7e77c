"""The page: what the tables say, in words, tables and plots."""

from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from dmc12.report import plots
from dmc12.report.plots import COLOURS, INK, Look
from dmc12.report.tables import Rows, Tables

SHOWN = ("ndcg_at_10", "recall_at_10", "hit_at_10", "ap_at_10", "nmrr", "mrr", "auc")
DASH, MINUS = "\N{EN DASH}", "\N{MINUS SIGN}"
MARKS = {"better": "▲", "worse": "▼", "unclear": "·", "unknown": "?"}


def render(tables: Tables) -> str:
    """Return the report as one HTML page that needs no network.

    Raise ValueError if a table that it cannot do without is empty.
    """
    for name in ("means", "comparisons", "plan"):
        if not tables[name]:
            raise ValueError(f"nothing to report: {name} is empty; run make build first")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    environment.filters |= {"number": number, "signed": signed, "percent": percent}
    template = environment.from_string(
        files("dmc12.report").joinpath("page.html").read_text(encoding="utf-8")
    )
    return template.render(contents(tables))


def contents(tables: Tables) -> dict[str, Any]:
    """Return what the template shows."""
    plan = tables["plan"][0]
    control, winner, metric = plan["control"], plan["ranker"], plan["winner_metric"]
    means = {(row["ranker"], row["column_name"]): row for row in tables["means"]}
    rankers = sorted(
        {row["ranker"] for row in tables["means"]},
        key=lambda ranker: -(means[ranker, metric]["value"] or 0),
    )
    overall = {
        (row["ranker"], row["column_name"]): row
        for row in tables["comparisons"]
        if row["slice"] == "all"
    }
    columns = [name for name in dict.fromkeys((metric, *SHOWN)) if (rankers[0], name) in means]
    look = Look(rankers)
    shown = [row for row in tables["sets"] if row["ranker"] in rankers]
    return {
        "plan": tables["plan"],
        "control": control,
        "winner": winner,
        "metric": metric,
        "confidence": 1 - plan["significance"],
        "significance": plan["significance"],
        "power": plan["power"],
        "counts": means[control, metric],
        "verdict": overall.get((winner, metric)) if winner else None,
        "closest": closest(overall, metric) if not winner else None,
        "ceiling": ceiling(rankers, means, metric, winner, control),
        "columns": columns,
        "table": [
            {
                "ranker": ranker,
                "cells": [
                    {"mean": means[ranker, name], "change": overall.get((ranker, name))}
                    for name in columns
                ],
            }
            for ranker in rankers
        ],
        "marks": MARKS,
        "chance": [means[control, name]["chance"] for name in columns],
        "differences": Markup(differences(overall, rankers, metric)),
        "by_k": Markup(cut_offs(tables["means"], look, rankers)),
        "slices": Markup(slices(tables["comparisons"], winner or rankers[0], metric)),
        "sliced_ranker": winner or rankers[0],
        "worst": worst(tables["comparisons"], winner or rankers[0], metric),
        "calibration": Markup(plots.calibration(tables["calibration"], rankers, look)),
        "catalogue": sorted(
            (row for row in tables["catalogue"] if row["k"] == shown_k(tables["catalogue"])),
            key=lambda row: rankers.index(row["ranker"]),
        ),
        "curves": Markup(plots.curves(shown, look)) if shown else None,
        "importances": [
            {"ranker": row["ranker"], "plot": Markup(importances(row))}
            for row in tables["rankers"]
            if row["importances"]
        ],
        "trained": sorted(
            (row for row in tables["rankers"] if row["ranker"] in rankers),
            key=lambda row: rankers.index(row["ranker"]),
        ),
        "audit": Markup(plots.kept_of_population(tables["audit"])) if tables["audit"] else None,
    }  # fmt: skip


def closest(overall: dict[tuple[str, str], dict[str, Any]], metric: str) -> dict[str, Any] | None:
    """Return the comparison that came nearest to a finding, where there is no winner."""
    rows = [row for (_, name), row in overall.items() if name == metric]
    return max(rows, key=lambda row: row["difference"] or 0, default=None)


def ceiling(
    rankers: list[str], means: Any, metric: str, winner: str | None, control: str
) -> dict[str, Any] | None:
    """Return the share of the way from the control to the oracle that the winner goes."""
    if "oracle" not in rankers or winner is None:
        return None
    values = {name: means[name, metric]["value"] for name in ("oracle", winner, control)}
    room = values["oracle"] - values[control]
    return {"share": (values[winner] - values[control]) / room, **values} if room > 0 else None


def differences(overall: Any, rankers: list[str], metric: str) -> str:
    """Plot every ranker's difference from the control in the winner's metric."""
    rows = [overall[ranker, metric] for ranker in rankers if (ranker, metric) in overall]
    look = Look(rankers)
    colours = [look.line(row["ranker"])["color"] for row in rows]
    names = [row["ranker"] for row in rows]
    return plots.intervals(rows, names, colours, f"difference in {metric} from the control")


def cut_offs(means: Rows, look: Look, rankers: list[str]) -> str:
    """Plot the first three metrics that are taken at cut-offs."""
    taken = dict.fromkeys(row["metric"] for row in means if row["k"] is not None)
    metrics = [name for name in ("ndcg", "recall", "hit", *taken) if name in taken]
    return plots.by_cut_off(means, list(dict.fromkeys(metrics))[:3], look, rankers)


def slices(comparisons: Rows, ranker: str, metric: str) -> str:
    """Plot a ranker's difference from the control in every slice."""
    rows = _sliced(comparisons, ranker, metric)
    names = [
        ("all" if row["slice"] == "all" else f"{row['slice']} = {row['slice_value']}")
        + f"   (n {row['n']:,})"
        for row in rows
    ]
    colours = [{"worse": COLOURS[1], "better": COLOURS[0]}.get(row["verdict"], INK) for row in rows]
    return plots.intervals(rows, names, colours, f"difference in {metric} from the control")


def worst(comparisons: Rows, ranker: str, metric: str) -> dict[str, Any] | None:
    """Return the slice in which the ranker gains least, of those with an interval."""
    rows = [
        row
        for row in _sliced(comparisons, ranker, metric)
        if row["slice"] != "all" and row["lower"] is not None
    ]
    return min(rows, key=lambda row: row["difference"], default=None)


def importances(ranker: dict[str, Any]) -> str:
    """Plot the fifteen features of the greatest gain, as shares of all gain."""
    all_gain = sum(one["gain"] for one in ranker["importances"]) or 1
    top = sorted(ranker["importances"], key=lambda one: -one["gain"])[:15]
    shares = [one["gain"] / all_gain for one in top]
    return plots.bars([one["feature"] for one in top], shares, "share of gain", COLOURS[0])


def shown_k(catalogue: Rows) -> int:
    """Return the cut-off of the catalogue's table: 10, or the nearest that there is."""
    return min((row["k"] for row in catalogue), key=lambda k: abs(k - 10), default=10)


def _sliced(comparisons: Rows, ranker: str, metric: str) -> Rows:
    """Return a ranker's comparisons in a metric, all first, those without a value left out."""
    return sorted(
        (
            row
            for row in comparisons
            if row["ranker"] == ranker
            and row["column_name"] == metric
            and row["difference"] is not None
        ),
        key=lambda row: (row["slice"] != "all", row["slice"], row["slice_value"]),
    )


def number(value: float | None, digits: int = 3) -> str:
    """Write a number below 1 without its leading zero, null as a dash."""
    if value is None:
        return DASH
    return f"{value:.{digits}f}".replace("0.", ".", 1) if abs(value) < 1 else f"{value:.{digits}f}"


def signed(value: float | None, digits: int = 3) -> str:
    """Write a difference with its sign."""
    return DASH if value is None else ("+" if value >= 0 else MINUS) + number(abs(value), digits)


def percent(value: float | None, digits: int = 0) -> str:
    """Write a share as a percentage."""
    return DASH if value is None else f"{100 * value:.{digits}f} %"

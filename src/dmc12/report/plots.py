"""The report's plots, each as SVG text: told apart by colour, mark and dash, on white."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dmc12.report.tables import Rows

# Okabe & Ito 2008: told apart by the colour-blind, and of different lightness in print
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000")
MARKS = ("o", "s", "^", "D", "v", "P", "X")
DASHES = ("-", "--", "-.", (0, (1, 1)), (0, (5, 1)), (0, (3, 1, 1, 1)), "-")
INK = "#222222"
FAINT = "#B8B8B8"
STYLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": "dmc12",
    "font.family": "sans-serif",
    "font.size": 10.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "xtick.color": INK,
    "ytick.color": INK,
    "text.color": INK,
    "legend.frameon": False,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
}


_styled = mpl.rc_context(STYLE)  # titles and ticks take their style when they are made
WIDTH = 10.5  # inches of every figure, so that all text is of one size on the page


class Look:
    """Which colour, mark and dash a ranker has, the same in every plot."""

    def __init__(self, rankers: Sequence[str]) -> None:
        self._places = {ranker: place for place, ranker in enumerate(rankers)}

    def line(self, ranker: str) -> dict[str, Any]:
        """Return the arguments of a line's plot."""
        place = self._places[ranker]
        return {
            "color": COLOURS[place % len(COLOURS)],
            "marker": MARKS[place % len(MARKS)],
            "linestyle": DASHES[place % len(DASHES)],
            "label": ranker,
            "markersize": 5,
            "linewidth": 1.6,
        }


@_styled
def by_cut_off(means: Rows, metrics: Sequence[str], look: Look, rankers: Sequence[str]) -> str:
    """Plot metrics by k, a panel each, with standard errors of the means, and chance."""
    figure, panels = _panels(len(metrics), 3.3)
    for panel, metric in zip(panels, metrics, strict=True):
        for ranker in rankers:
            points = sorted(_of(means, metric=metric, ranker=ranker), key=lambda row: row["k"] or 0)
            points = [row for row in points if row["k"] is not None and row["value"] is not None]
            panel.errorbar(
                [row["k"] for row in points],
                [row["value"] for row in points],
                yerr=[row["standard_error"] or 0 for row in points],
                **look.line(ranker),
            )
        panel.plot(
            [row["k"] for row in points],
            [row["chance"] for row in points],
            color=FAINT,
            linewidth=1.6,
            label="chance",
        )
        panel.set_title(f"{metric}@k")
        panel.set_xlabel("k")
        panel.set_xticks([row["k"] for row in points])
        panel.set_ylim(bottom=0)
    _legend_beside(figure, panels[-1])
    return _svg(figure)


@_styled
def intervals(rows: Rows, names: Sequence[str], colours: Sequence[str], label: str) -> str:
    """Plot a difference and its interval a row, from top to bottom, against 0."""
    figure, (panel,) = _panels(1, 0.32 * len(rows) + 0.9)
    for place, (row, colour) in enumerate(zip(rows, colours, strict=True)):
        if row["lower"] is not None:
            panel.plot([row["lower"], row["upper"]], [place, place], color=colour, linewidth=2)
        filled = colour if row["verdict"] in ("better", "worse") else "white"
        panel.plot(row["difference"], place, "o", color=colour, markerfacecolor=filled)
    panel.axvline(0, color=INK, linewidth=0.8)
    panel.set_yticks(range(len(rows)), names)
    panel.set_ylim(len(rows) - 0.4, -0.6)
    panel.tick_params(axis="y", length=0)
    panel.spines["left"].set_visible(False)
    panel.grid(axis="x", color="#E4E4E4", linewidth=0.8)
    panel.set_axisbelow(True)
    panel.set_xlabel(label)
    return _svg(figure)


@_styled
def calibration(rows: Rows, rankers: Sequence[str], look: Look) -> str:
    """Plot observed against expected shares of positives, by score bin, both as logarithms."""
    figure, panels = _panels(len(rankers), 2.5)
    for panel, ranker in zip(panels, rankers, strict=True):
        points = sorted(_of(rows, ranker=ranker), key=lambda row: row["bin"])
        points = [row for row in points if row["expected"] and row["observed"]]
        shares = [row[name] for row in points for name in ("expected", "observed")] or [0.01, 1]
        low, high = min(shares) / 1.6, min(1.0, max(shares) * 1.6)
        panel.plot([low, high], [low, high], color=FAINT, linewidth=1)
        style = look.line(ranker)
        panel.errorbar(
            [row["expected"] for row in points],
            [row["observed"] for row in points],
            yerr=[[min(row["standard_error"], 0.9 * row["observed"]) for row in points],
                  [row["standard_error"] for row in points]],
            color=style["color"],
            marker=style["marker"],
            markersize=5,
            linewidth=1.2,
        )  # fmt: skip
        panel.set_xscale("log")
        panel.set_yscale("log")
        panel.set_title(ranker, fontsize=9)
        panel.set_xlabel("expected")
        _plain_ticks(panel)
    panels[0].set_ylabel("observed")
    return _svg(figure)


@_styled
def curves(rows: Rows, look: Look) -> str:
    """Plot validation NDCG@10 by round, a panel a ranker, a line a set, the chosen in colour."""
    rankers = list(dict.fromkeys(row["ranker"] for row in rows))
    figure, panels = _panels(len(rankers), 2.8)
    for panel, ranker in zip(panels, rankers, strict=True):
        for row in sorted(_of(rows, ranker=ranker), key=lambda row: row["is_selected"]):
            curve = row["validation_curve"]
            colour = look.line(ranker)["color"] if row["is_selected"] else FAINT
            panel.plot(range(1, len(curve) + 1), curve, color=colour, linewidth=1.4)
            if row["is_selected"] and row["best_iteration"]:
                best = row["best_iteration"]
                panel.plot(best, curve[best - 1], "o", color=colour, markersize=5)
        panel.set_title(ranker)
        panel.set_xlabel("round")
    panels[0].set_ylabel("validation NDCG@10")
    return _svg(figure)


@_styled
def bars(names: Sequence[str], values: Sequence[float], label: str, colour: str) -> str:
    """Plot horizontal bars, from top to bottom."""
    figure, (panel,) = _panels(1, 0.26 * len(names) + 0.8)
    panel.barh(range(len(names)), values, color=colour, height=0.7)
    panel.set_yticks(range(len(names)), names)
    panel.invert_yaxis()
    panel.tick_params(axis="y", length=0)
    panel.set_xlabel(label)
    return _svg(figure)


@_styled
def kept_of_population(rows: Rows) -> str:
    """Plot of each stratum how many contexts there were and how many were kept, a panel a split."""
    splits = [name for name in ("train", "validation", "test") if _of(rows, split=name)]
    longest = max(len(_of(rows, split=split)) for split in splits)
    figure, panels = _panels(len(splits), 0.24 * longest + 0.9)
    for panel, split in zip(panels, splits, strict=True):
        strata = sorted(
            _of(rows, split=split), key=lambda row: (-row["population"], row["stratum"])
        )
        places = range(len(strata))
        panel.barh(places, [row["population"] for row in strata], color="#D9D9D9", height=0.75)
        panel.barh(places, [row["kept"] for row in strata], color=COLOURS[0], height=0.4)
        panel.set_yticks(places, [row["stratum"] for row in strata], fontsize=8)
        panel.invert_yaxis()
        panel.tick_params(axis="y", length=0)
        panel.set_title(split)
        panel.set_xlabel("contexts")
    return _svg(figure)


def _panels(count: int, height: float) -> tuple[Figure, list[Axes]]:
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    return figure, list(figure.subplots(1, count, squeeze=False)[0])


def _plain_ticks(panel: Axes) -> None:
    """Label a logarithmic panel by plain numbers, at powers of ten."""
    for axis in (panel.xaxis, panel.yaxis):
        axis.set_major_locator(mpl.ticker.LogLocator(base=10))
        axis.set_major_formatter(mpl.ticker.FuncFormatter(lambda value, _: f"{value:g}"))
        axis.set_minor_formatter(mpl.ticker.NullFormatter())


def _legend_beside(figure: Figure, panel: Axes) -> None:
    handles, labels = panel.get_legend_handles_labels()
    order = sorted(range(len(labels)), key=lambda place: labels[place] == "chance")
    figure.legend(
        [handles[place] for place in order],
        [labels[place] for place in order],
        loc="outside right center",
    )


def _of(rows: Iterable[dict[str, Any]], **wanted: Any) -> Rows:
    return [row for row in rows if all(row[name] == value for name, value in wanted.items())]


def _svg(figure: Figure) -> str:
    """Return the figure as SVG, without the XML prologue, of equal bytes for equal data."""
    buffer = io.StringIO()
    figure.savefig(
        buffer, format="svg", metadata=dict.fromkeys(("Date", "Creator", "Format", "Type"))
    )
    text = buffer.getvalue()
    return text[text.index("<svg") :]

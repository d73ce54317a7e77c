"""Each ranker against the control, by slice: the paired difference and what it is known to within.

Per slice and ranker two matrices of exact sums are kept, a row a bootstrap replicate: of the
metrics, and of the weights under them. They add up over any division of the contexts. A ranker and
the control are counted alike in a replicate, so the difference of their means is the paired one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from dmc12.bootstrap import RESOLUTION, Floats, Ints, exact_sums, poisson_counts
from dmc12.metrics import Metric
from dmc12.power import detectable_of_clusters, t_chance, t_limit

WEIGHTINGS = ("plain", "population")
MASKS = ("has_positive", "has_both")

PARTIAL_SCHEMA = pa.schema([
    ("split", pa.string()),
    ("slice", pa.string()),
    ("slice_value", pa.string()),
    ("ranker", pa.string()),
    ("sums", pa.binary()),
    ("weights", pa.binary()),
    ("n_profiles", pa.list_(pa.int64())),
])  # fmt: skip
DIFFERENCE_SCHEMA = pa.schema([
    ("split", pa.string()),
    ("slice", pa.string()),
    ("slice_value", pa.string()),
    ("ranker", pa.string()),
    ("control", pa.string()),
    ("metric", pa.string()),
    ("k", pa.int32()),
    ("weighting", pa.string()),
    ("value", pa.float64()),
    ("control_value", pa.float64()),
    ("difference", pa.float64()),
    ("standard_error", pa.float64()),
    ("lower", pa.float64()),
    ("upper", pa.float64()),
    ("p_value", pa.float64()),
    ("smallest_detectable", pa.float64()),
    ("n", pa.int64()),
    ("n_profiles", pa.int64()),
])  # fmt: skip


@dataclass(frozen=True)
class Totals:
    """Exact sums of one ranker in one slice, a row a replicate, the sample itself first.

    `sums` goes metric by metric within each weighting, `weights` mask by mask within each;
    `n_profiles` has an entry a mask.
    """

    sums: Ints
    weights: Ints
    n_profiles: Ints

    def __add__(self, other: "Totals") -> "Totals":
        return Totals(
            self.sums + other.sums,
            self.weights + other.weights,
            self.n_profiles + other.n_profiles,
        )

    def to_fields(self) -> dict[str, Any]:
        """Return the fields of a row of PARTIAL_SCHEMA."""
        return {
            "sums": self.sums.tobytes(),
            "weights": self.weights.tobytes(),
            "n_profiles": self.n_profiles.tolist(),
        }

    @classmethod
    def from_fields(cls, row: dict[str, Any], replicates: int) -> "Totals":
        """Return the totals of a row of PARTIAL_SCHEMA."""
        return cls(
            np.frombuffer(row["sums"], dtype=np.int64).reshape(1 + replicates, -1),
            np.frombuffer(row["weights"], dtype=np.int64).reshape(1 + replicates, -1),
            np.array(row["n_profiles"], dtype=np.int64),
        )


@dataclass(frozen=True)
class Comparison:
    """What is compared with which control, in which slices, and how sure it must be."""

    control: str
    metrics: tuple[Metric, ...]
    slices: tuple[str, ...]
    replicates: int
    significance: float
    power: float

    def partial_sums(self, rows: pa.Table) -> pa.Table:
        """Sum the rows of some profiles, all of theirs, by split, slice and ranker.

        Columns read: split, ranker, seed (a hash of the profile), weight (1 / inclusion
        probability), MASKS (false where the ranker lacks scores), a column a metric, and a column
        `slice_<name>` a slice, with its value. Returns PARTIAL_SCHEMA.
        """
        seeds, profiles = np.unique(rows["seed"].to_numpy().astype(np.uint64), return_inverse=True)
        counts = poisson_counts(seeds, self.replicates)
        masks = np.column_stack([_floats(rows[name]) for name in MASKS])
        weightings = np.column_stack([np.ones(len(rows)), _floats(rows["weight"])])
        values = np.column_stack(
            [_floats(rows[metric.column]) * masks[:, _mask(metric)] for metric in self.metrics]
        )
        sums = (weightings[:, :, None] * values[:, None, :]).reshape(len(rows), -1)
        weights = (weightings[:, :, None] * masks[:, None, :]).reshape(len(rows), -1)
        found = []
        for name in self.slices:
            for key, chosen in _groups(rows, ["split", f"slice_{name}", "ranker"]):
                counted = counts[profiles[chosen]]
                totals = Totals(
                    exact_sums(counted, sums[chosen]),
                    exact_sums(counted, weights[chosen]),
                    np.array([
                        len(np.unique(profiles[chosen][masks[chosen, mask] > 0]))
                        for mask in range(len(MASKS))
                    ]),
                )  # fmt: skip
                split, slice_value, ranker = key
                place = {"split": split, "slice": name, "slice_value": slice_value}
                found.append({**place, "ranker": ranker, **totals.to_fields()})
        return pa.Table.from_pylist(found, schema=PARTIAL_SCHEMA)

    def differences(self, partials: pa.Table) -> pa.Table:
        """Compare every ranker with the control in one split and slice, from all its partial sums.

        Returns DIFFERENCE_SCHEMA. Raise ValueError if the control has no metrics there, or another
        ranker has them of other contexts: such differences would not be paired.
        """
        totals: dict[str, Totals] = {}
        for row in partials.to_pylist():
            part = Totals.from_fields(row, self.replicates)
            known = totals.get(row["ranker"])
            totals[row["ranker"]] = known + part if known else part
        place = {name: partials[name][0].as_py() for name in ("split", "slice", "slice_value")}
        where = "split {split}, slice {slice} = {slice_value}".format_map(place)
        control = totals.pop(self.control, None)
        if control is None:
            raise ValueError(f"control ranker {self.control} has no metrics in {where}")
        found = []
        for ranker, total in sorted(totals.items()):
            if not np.array_equal(total.weights, control.weights):
                raise ValueError(
                    f"rankers {ranker} and {self.control} have metrics of different contexts in "
                    f"{where}, so they cannot be paired; build dmc12_scored anew"
                )
            who = {"ranker": ranker, "control": self.control}
            found += [place | who | numbers for numbers in self._compared(total, control)]
        return pa.Table.from_pylist(found, schema=DIFFERENCE_SCHEMA)

    def _compared(self, ranker: Totals, control: Totals) -> Iterator[dict[str, Any]]:
        """Yield what is found of each metric in each weighting."""
        for turn, weighting in enumerate(WEIGHTINGS):
            for place, metric in enumerate(self.metrics):
                column = turn * len(self.metrics) + place
                weights = control.weights[:, turn * len(MASKS) + _mask(metric)]
                yield {
                    "metric": metric.name,
                    "k": metric.k,
                    "weighting": weighting,
                    "n": round(control.weights[0, _mask(metric)] * RESOLUTION),
                    "n_profiles": int(control.n_profiles[_mask(metric)]),
                    **self.estimates(
                        ranker.sums[:, column],
                        control.sums[:, column],
                        weights,
                        int(control.n_profiles[_mask(metric)]),
                    ),
                }

    def estimates(
        self, sums: Ints, control_sums: Ints, weights: Ints, n_profiles: int
    ) -> dict[str, float]:
        """Return what the replicates' sums say of the difference of the means.

        The interval is the difference +- its bootstrap standard error times Student's t of
        n_profiles - 1 degrees, and the p-value is that interval's: it is below the significance
        exactly where 0 lies outside. Of fewer than two profiles there is no error.
        """
        if weights[0] == 0:
            return {}
        difference = float((sums[0] - control_sums[0]) / weights[0])
        found = {
            "value": float(sums[0] / weights[0]),
            "control_value": float(control_sums[0] / weights[0]),
            "difference": difference,
        }
        if n_profiles < 2:
            return found
        error = _standard_error((sums - control_sums)[1:], weights[1:], n_profiles)
        margin = t_limit(n_profiles, self.significance) * error
        return found | {
            "standard_error": error,
            "lower": difference - margin,
            "upper": difference + margin,
            "p_value": t_chance(difference, error, n_profiles),
            "smallest_detectable": error
            * detectable_of_clusters(n_profiles, self.significance, self.power),
        }


def _standard_error(sums: Ints, weights: Ints, n_profiles: int) -> float:
    """Return the deviation of the replicates' means, corrected for few profiles.

    A replicate that counts no profile has no mean and is left out.
    """
    counted = weights > 0
    means: Floats = sums[counted] / weights[counted]
    return float(np.std(means, ddof=1) * np.sqrt(n_profiles / (n_profiles - 1)))


def _mask(metric: Metric) -> int:
    """Return which of MASKS holds where the metric is defined."""
    return int(metric.needs_negative)


def _floats(column: pa.ChunkedArray) -> Floats:
    """Return a column as doubles, null as 0."""
    return column.cast(pa.float64()).fill_null(0.0).to_numpy()  # type: ignore[no-any-return]


def _groups(rows: pa.Table, names: list[str]) -> Iterator[tuple[tuple[str, ...], Ints]]:
    """Yield each distinct combination of the columns' values and the places of its rows."""
    keyed = rows.select(names).append_column("place", pa.array(np.arange(len(rows))))
    grouped = keyed.group_by(names).aggregate([("place", "list")])
    for row in grouped.to_pylist():
        yield tuple(row[name] for name in names), np.array(row["place_list"])

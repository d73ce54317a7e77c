"""Scorer `trees`: a weighted sum of regression trees, as of Spark ML's boosted regressor."""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from dmc12.trainers.base import Floats, Importance, Params, checked, envelope

KIND = "trees"
ROWS_PER_BLOCK = 65_536  # what is walked at once stays in the processor's cache


class BoostedRegressorParams(Params):
    """Spark ML's `GBTRegressor`, by its names and defaults; labels as they are, squared error.

    `weights` says what an item counts by: 1, or its weight. `n_partitions` above 1 trains by as
    many tasks; above 2 Spark adds up in the order in which they end, and texts may differ by it.
    """

    max_iter: Annotated[int, Field(ge=1)] = 20
    max_depth: Annotated[int, Field(ge=1, le=30)] = 5
    max_bins: Annotated[int, Field(ge=2)] = 32
    step_size: Annotated[float, Field(gt=0, le=1)] = 0.1
    min_instances_per_node: Annotated[int, Field(ge=1)] = 1
    min_info_gain: Annotated[float, Field(ge=0)] = 0.0
    subsampling_rate: Annotated[float, Field(gt=0, le=1)] = 1.0
    weights: Literal["none", "item"] = "none"
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 12
    n_partitions: Annotated[int, Field(ge=1)] = 1


class Tree(NamedTuple):
    """A tree of m nodes, node 0 its root, as m values each.

    Rows whose `feature` (its place) is at most `threshold` go `left`, others `right`; a leaf leads
    to itself and has the tree's `value`.
    """

    feature: tuple[int, ...]
    threshold: tuple[float, ...]
    left: tuple[int, ...]
    right: tuple[int, ...]
    value: tuple[float, ...]

    @property
    def depth(self) -> int:
        """Number of splits on the longest way to a leaf."""
        depths = [0] * len(self.left)
        for node in reversed(range(len(depths))):
            if self.left[node] != node:
                depths[node] = 1 + max(depths[self.left[node]], depths[self.right[node]])
        return depths[0]


@dataclass(frozen=True)
class TreesScorer:
    """Scores by the sum of the trees' values, each times the tree's weight.

    `gains` is each feature's share of all gain in training (f), as Spark normalises it.
    """

    features: tuple[str, ...]
    trees: tuple[Tree, ...]
    weights: tuple[float, ...]
    gains: tuple[float, ...]

    @property
    def best_iteration(self) -> int:
        """Number of trees."""
        return len(self.trees)

    @cached_property
    def _arrays(self) -> list[tuple[int, list[NDArray[Any]]]]:
        """Each tree's depth and its values as arrays."""
        return [(tree.depth, [np.array(values) for values in tree]) for tree in self.trees]

    def score(self, features: Floats, *, threads: int = 1) -> Floats:
        """Return the scores of n x f features."""
        checked(features, self.features)
        blocks = range(0, len(features), ROWS_PER_BLOCK)
        scores = [self._block(features[start : start + ROWS_PER_BLOCK]) for start in blocks]
        return np.concatenate([np.empty(0), *scores])

    def _block(self, features: Floats) -> Floats:
        """Walk all rows of a block down each tree, a level at a time."""
        rows = np.arange(len(features))
        scores = np.zeros(len(features))
        for weight, (depth, (feature, threshold, left, right, value)) in zip(
            self.weights, self._arrays, strict=True
        ):
            node = np.zeros(len(features), dtype=np.intp)
            for _ in range(depth):
                goes_left = features[rows, feature[node]] <= threshold[node]
                node = np.where(goes_left, left[node], right[node])
            scores += weight * value[node]
        return scores

    def to_text(self) -> str:
        """Return the text, which holds each number exactly."""
        return envelope(
            KIND,
            self.features,
            trees=[tree._asdict() for tree in self.trees],
            weights=self.weights,
            gains=self.gains,
        )

    def importances(self) -> list[Importance]:
        """Return each feature's share of the gain, and its number of splits."""
        splits = np.zeros(len(self.features), dtype=np.int64)
        for tree in self.trees:
            for node, (feature, left) in enumerate(zip(tree.feature, tree.left, strict=True)):
                splits[feature] += left != node
        return [
            Importance(name, gain, int(split))
            for name, gain, split in zip(self.features, self.gains, splits, strict=True)
        ]


def from_document(document: dict[str, Any]) -> TreesScorer:
    """Read a scorer back from its text's JSON."""
    return TreesScorer(
        tuple(document["features"]),
        tuple(Tree(**{name: tuple(values) for name, values in tree.items()})
              for tree in document["trees"]),
        tuple(document["weights"]),
        tuple(document["gains"]),
    )  # fmt: skip


_NODE = re.compile(r"\s*(?:If \(feature (\d+) <= (\S+)\)|(Else) \(.*|Predict: (\S+))")
_TREE = re.compile(r"\s*Tree \d+ \(weight (\S+)\):")


def from_debug_string(text: str) -> tuple[tuple[Tree, ...], tuple[float, ...]]:
    """Read the trees and their weights out of Spark's `toDebugString`.

    It is the one form that Spark gives over Connect too; Java prints a double so that it reads back
    as the same. Raise ValueError for a line of another form.
    """
    trees, weights = [], []
    _, *lines = text.rstrip().split("\n")
    starts = [place for place, line in enumerate(lines) if _TREE.fullmatch(line)]
    for start, stop in zip(starts, [*starts[1:], len(lines)], strict=True):
        weights.append(float(_TREE.fullmatch(lines[start])[1]))  # type: ignore[index]
        trees.append(_tree(lines[start + 1 : stop]))
    return tuple(trees), tuple(weights)


def _tree(lines: Sequence[str]) -> Tree:
    """Read one tree: its nodes, each before its left branch and that before its right one."""
    nodes: list[list[Any]] = []
    _read_node(iter(lines), nodes)
    return Tree(*map(tuple, zip(*nodes, strict=True)))


def _read_node(lines: Iterator[str], nodes: list[list[Any]]) -> int:
    """Append the next node and all below it; return its place."""
    line = next(lines)
    found = _NODE.fullmatch(line)
    if found is None or found[3]:
        raise ValueError(f"not a node of a tree with numeric features: {line.strip()!r}")
    place = len(nodes)
    if found[4]:
        nodes.append([0, 0.0, place, place, float(found[4])])
        return place
    node = [int(found[1]), float(found[2]), 0, 0, 0.0]
    if not math.isfinite(node[1]):
        raise ValueError(f"a threshold is not finite: {line.strip()!r}")
    nodes.append(node)
    node[2] = _read_node(lines, nodes)
    if not next(lines).lstrip().startswith("Else"):
        raise ValueError(f"a split without its other branch: {line.strip()!r}")
    node[3] = _read_node(lines, nodes)
    return place

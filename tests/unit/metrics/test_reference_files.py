"""NIST's trec_eval and Java LensKit on their own files. Needs DMC12_SHARED_DATA."""

import csv
import gzip
import os
from collections import defaultdict
from pathlib import Path

import pytest
from measuring import Context, measured, ranked
from project import REPO

REFERENCE = Path(os.environ.get("DMC12_SHARED_DATA", REPO.parent / "shared" / "data")) / "reference"

pytestmark = pytest.mark.skipif(
    not REFERENCE.is_dir(), reason=f"no {REFERENCE}: set DMC12_SHARED_DATA"
)


def with_missed(retrieved: list[str], truth: dict[str, float], length: int) -> Context:
    """Labels of a retrieved list, filled with negatives to `length`, then the truth it missed."""
    missed = [truth[item] for item in truth.keys() - set(retrieved)]
    labels = [truth.get(item, 0) for item in retrieved]
    return ranked(labels + [0] * (length - len(labels)) + missed)


def test_trec_eval() -> None:
    """trec_eval orders by score, then document, both descending, and prints four digits."""
    folder = REFERENCE / "trec_eval"
    truths: dict[str, dict[str, float]] = defaultdict(dict)
    runs: dict[str, list[tuple[float, str]]] = defaultdict(list)
    expected: dict[str, dict[str, str]] = defaultdict(dict)
    for line in (folder / "qrels.test").read_text().splitlines():
        topic, _, document, label = line.split()
        truths[topic] |= {document: float(label)}
    for line in (folder / "results.test").read_text().splitlines():
        topic, _, document, _, score, _ = line.split()
        runs[topic].append((float(score), document))
    for line in (folder / "out.test.aq").read_text().splitlines():
        measure, topic, value = line.split()
        expected[topic][measure] = value
    ks = [1, 5, 10, 15, 20, 30, 100, 200, 500, 1000]
    ours = {f"ndcg_cut_{k}": f"ndcg_at_{k}" for k in ks[1:]}
    ours |= {f"P_{k}": f"precision_at_{k}" for k in ks[1:]}
    ours |= {f"recall_{k}": f"recall_at_{k}" for k in ks[1:]}
    ours |= {f"success_{k}": f"hit_at_{k}" for k in (1, 5, 10)}
    ours |= {"recip_rank": "mrr", "map": "ap_at_1000", "ndcg": "ndcg_at_1000"}
    found = measured(
        [
            with_missed([item for _, item in sorted(run, reverse=True)], truths[topic], 1000)
            for topic, run in runs.items()
        ],
        ks,
    )
    assert len(found) == 3
    for topic, metrics in zip(runs, found, strict=True):
        assert {name: f"{metrics['a'][column]:.4f}" for name, column in ours.items()} == {
            name: expected[topic][name] for name in ours
        }


def test_lenskit_java() -> None:
    """LensKit discounts by log2(max(rank, 2)), and counts a list without a hit as 0."""
    folder = REFERENCE / "lenskit_java"
    truths: dict[str, dict[str, float]] = defaultdict(dict)
    lists: dict[tuple[str, str], dict[int, str]] = defaultdict(dict)
    with (folder / "topn-java-truth.csv").open() as file:
        for row in csv.DictReader(file):
            truths[row["user"]][row["item"]] = float(row["rating"])
    with gzip.open(folder / "topn-java-recs.csv.gz", "rt") as file:
        for row in csv.DictReader(file):
            lists[row["Algorithm"], row["user"]][int(row["rank"])] = row["item"]
    with (folder / "topn-java-metrics.csv").open() as file:
        published = list(csv.DictReader(file))
    contexts = [
        with_missed([items[rank] for rank in sorted(items)], truths[row["user"]], 100)
        for row in published
        for items in [lists[row["Algorithm"], row["user"]]]
    ]
    found = [metrics["a"] for metrics in measured(contexts, [100], "lenskit")]
    assert len(found) == 100
    assert [metrics["ndcg_at_100"] for metrics in found] == pytest.approx(
        [float(row["Java.nDCG"]) for row in published], abs=1e-9
    )
    assert [metrics["mrr"] * metrics["hit_at_100"] for metrics in found] == pytest.approx(
        [float(row["Java.RecipRank"]) for row in published], abs=1e-9
    )

"""Score the items of DMC-12 contexts by all rankers: one Arrow batch in, one out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from dmc12.batches import items_of
from dmc12.featurize import add_item_field
from dmc12.trainers import scorer_from_text
from dmc12.trainers.base import Scorer
from dmc12.trainers.passes import Pass

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Rankers:
    """Loaded rankers, by name in the order of their scores; `threads` are LightGBM's."""

    scorers: dict[str, Scorer]
    threads: int = 1

    @classmethod
    def load(cls, rows: Iterable[Mapping[str, Any]], threads: int = 1) -> "Rankers":
        """Load rankers from registry rows.

        Raise ValueError for rankers whose training failed, with their errors, and for a text that
        its SHA-256 does not fit.
        """
        rows = list(rows)
        failed = [row for row in rows if row["status"] != "trained"]
        if failed:
            errors = "\n".join(f"  {row['error']}" for row in failed)
            raise ValueError(f"{len(failed)} ranker(s) failed in training\n{errors}")
        scorers: dict[str, Scorer] = {}
        for row in rows:
            try:
                scorers[row["ranker"]] = scorer_from_text(row["text"], row["text_sha256"])
            except ValueError as error:
                raise ValueError(f"ranker {row['ranker']}: {error}") from None
        return cls(scorers, threads)

    @cached_property
    def features(self) -> list[str]:
        """The features that any of the rankers reads, each once."""
        return list(
            dict.fromkeys(name for scorer in self.scorers.values() for name in scorer.features)
        )

    def score(
        self, features: Mapping[str, Floats], n_items: int, group_sizes: Ints | None = None
    ) -> dict[str, Floats]:
        """Return each ranker's scores of n items, given the features' columns (n each).

        `group_sizes` counts the items of each context; without it all are of one. Equal scorers,
        such as a ranker and a blend's base, score once. Raise ValueError naming the ranker whose
        features are missing or not finite.
        """
        self._check(features)
        sizes = np.array([n_items]) if group_sizes is None else group_sizes
        one = Pass(features, sizes, threads=self.threads)
        scores = {}
        for ranker, scorer in self.scorers.items():
            try:
                scores[ranker] = one.score(scorer)
            except ValueError as error:
                raise ValueError(f"ranker {ranker}: {error}") from None
        return scores

    def _check(self, present: Iterable[str]) -> None:
        """Raise ValueError for rankers whose features are not all present."""
        present = set(present)
        for ranker, scorer in self.scorers.items():
            missing = [name for name in scorer.features if name not in present]
            if missing:
                raise ValueError(
                    f"ranker {ranker}: the items do not have {', '.join(missing)}; "
                    f"they have {', '.join(sorted(present))}"
                )


def score_batch(contexts: pa.RecordBatch, rankers: Rankers) -> pa.RecordBatch:
    """Return the contexts, their items with a struct `scores` of one double a ranker.

    `contexts` has the columns of `dmc12_featurized`; it may be a slice. Raise ValueError for null
    items and as `Rankers.score` does.
    """
    items, structs = contexts["items"], items_of(contexts)
    features = structs.field("features")
    columns = {
        field.name: features.field(field.name).to_numpy(zero_copy_only=False)
        for field in features.type
    }
    sizes = np.asarray(items.value_lengths(), dtype=np.int64)
    scores = rankers.score(columns, len(structs), sizes)
    struct = pa.StructArray.from_arrays(
        [pa.array(values, pa.float64()) for values in scores.values()], names=list(scores)
    )
    place = contexts.schema.get_field_index("items")
    scored = add_item_field(items, "scores", struct)
    return contexts.set_column(place, pa.field("items", scored.type), scored)

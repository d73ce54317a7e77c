"""A loaded bundle: ranks one context at a time by the functions that made the offline tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from dmc12.columns import microseconds
from dmc12.encoders.state import State
from dmc12.featurize import features_of, to_batch
from dmc12.online.context import Context
from dmc12.online.errors import ContextError
from dmc12.online.manifest import Manifest
from dmc12.ranks import Ranks, ranks_of
from dmc12.scoring import Rankers

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Ranking:
    """The candidates in the order in which they were given (n): features, scores and ranks."""

    show_title_ids: Ints
    features: dict[str, Floats]
    scores: dict[str, Floats]

    @cached_property
    def ranks(self) -> dict[str, Ranks]:
        """Each ranker's ranks, 1 for the best; of equal scores the earlier candidate is better."""
        sizes = np.array([len(self.show_title_ids)])
        return {name: ranks_of(scores, sizes) for name, scores in self.scores.items()}


@dataclass(frozen=True)
class Bundle:
    """What `load` returns. It never changes, so any number of threads may use it."""

    path: Path
    manifest: Manifest
    state: State
    rankers: Rankers

    @property
    def fingerprint(self) -> str:
        """The SHA-256 that names the bundle."""
        return self.manifest.fingerprint

    def rank(self, context: Context, rankers: Sequence[str] | None = None) -> Ranking:
        """Rank the context's candidates by all rankers of the bundle, or by those named.

        A title of the history that the bundle does not know is not seen, as offline. Raise
        ContextError for an unknown ranker, for a day of which the bundle holds no snapshot, and for
        a candidate that it does not know or that is not out yet.
        """
        chosen = self._chosen(rankers)
        contexts = context.to_batch()
        self._check(context, contexts)
        features = features_of(to_batch(contexts, self.state), chosen.features)
        return Ranking(
            show_title_ids=np.array(context.candidates, dtype=np.int64),
            features=features,
            scores=chosen.score(features, len(context.candidates)),
        )

    def unknown_plays(self, context: Context) -> int:
        """Count the plays of the history whose titles the bundle does not know."""
        titles = np.array([play.show_title_id for play in context.history], dtype=np.int64)
        return int((self.state.title_index(titles) < 0).sum())

    def _chosen(self, names: Sequence[str] | None) -> Rankers:
        """Return the rankers of these names."""
        if names is None:
            return self.rankers
        for name in names:
            if name not in self.rankers.scorers:
                known = ", ".join(self.rankers.scorers)
                raise ContextError(
                    "unknown_ranker",
                    f"the bundle has no ranker {name!r}; it has {known}",
                    "rankers",
                )
        return Rankers({name: self.rankers.scorers[name] for name in names}, self.rankers.threads)

    def _check(self, context: Context, contexts: pa.RecordBatch) -> None:
        """Refuse what the bundle's state cannot answer for."""
        (context_at,) = microseconds(contexts["context_at"])
        day = context.context_at.astimezone(UTC).date().isoformat()
        if day not in self.manifest.days:
            raise ContextError(
                "no_snapshot",
                f"the bundle has no snapshot of {day}; it has {', '.join(self.manifest.days)}",
                "context_at",
            )
        title = self.state.title_index(np.array(context.candidates, dtype=np.int64))
        for wrong, code, why in (
            (title < 0, "unknown_title", "is not known to the bundle"),
            (self.state.launched_at[title] >= context_at, "title_not_out", "is not out by then"),
        ):
            if wrong.any():
                place = int(np.argmax(wrong))
                message = f"title {context.candidates[place]} {why}"
                raise ContextError(code, message, f"candidates.{place}")

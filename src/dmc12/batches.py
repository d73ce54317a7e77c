"""Arrow batches of contexts, as Spark hands them over."""

from collections.abc import Iterable, Iterator

import pyarrow as pa

GATHERED = 2**18  # items, ten megabytes of four rankers' scores


def gather(batches: Iterable[pa.RecordBatch], n_items: int = GATHERED) -> Iterator[pa.RecordBatch]:
    """Yield batches of contexts put together until they hold `n_items`; none is empty.

    `batches` have `labels`, a list a context. A batch of few items costs as much as one of many.
    """
    waiting: list[pa.RecordBatch] = []
    waiting_items = 0
    for batch in batches:
        if len(batch):
            waiting.append(batch)
            waiting_items += len(batch["labels"].flatten())
        if waiting_items >= n_items:
            yield pa.concat_batches(waiting)
            waiting, waiting_items = [], 0
    if waiting:
        yield pa.concat_batches(waiting)

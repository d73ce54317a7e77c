"""Arrow batches of contexts, as Spark hands them over."""

from collections.abc import Iterable, Iterator

import pyarrow as pa

GATHERED = 2**18  # items, ten megabytes of four rankers' scores


def items_of(contexts: pa.RecordBatch) -> pa.StructArray:
    """Return all `items`, context by context.

    Raise ValueError for a context whose items are null, and for an item that is or has no title.
    """
    lists = contexts["items"]
    if lists.null_count:
        raise ValueError("a context's items are null")
    items = lists.flatten()
    if items.null_count or items.field("show_title_id").null_count:
        raise ValueError("an item is null, or its show_title_id is")
    return items


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

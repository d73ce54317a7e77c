"""What a worker finds in its data before training, and what that means for all of them."""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from dmc12.distributed.place import Place


class Findings(BaseModel):
    """One worker's message to the others.

    `fault` is why its data cannot be trained on; `one_class` why its contexts alone could not be.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    place: Place
    n_contexts: int
    n_items: int
    fault: str | None = None
    one_class: str | None = None


def common_fault(findings: Sequence[Findings]) -> str | None:
    """Return why the workers cannot train together, the same on each; None if they can."""
    for rank, found in enumerate(findings):
        if found.fault is not None:
            same = all(other.fault == found.fault for other in findings)
            return found.fault if same else f"worker {rank} of {len(findings)}: {found.fault}"
    if all(found.one_class is not None for found in findings):
        return findings[0].one_class
    return None

"""The simulated world's own utility: what the oracle ranks by, and no other ranker may see."""

import numpy as np

from dmc12.encoders.base import Encoder, Feature, Floats
from dmc12.encoders.batch import Batch


def encode(batch: Batch) -> dict[str, Floats]:
    """Ask the simulator for each context's true utilities; raise where there is no simulator."""
    truth = batch.state.truth
    if truth is None:
        raise ValueError("feature true_utility needs a simulated world: declare knob `world`")
    utility = np.empty(len(batch.item_context))
    contexts = np.arange(batch.n_contexts + 1)
    item_bounds = np.searchsorted(batch.item_context, contexts)
    play_bounds = np.searchsorted(batch.play_context, contexts)
    titles = batch.state.titles
    for context in range(batch.n_contexts):
        items = slice(item_bounds[context], item_bounds[context + 1])
        plays = slice(play_bounds[context], play_bounds[context + 1])
        utility[items] = truth.utilities(
            int(batch.profile_id[context]),
            batch.context_at[context],
            titles[batch.item_title[items]],
            titles[batch.play_title[plays]],
            batch.play_at[plays],
        )
    return {"true_utility": utility}


ENCODER = Encoder(
    name="true_utility",
    family="oracle",
    needs=("context", "history", "world"),
    features={"true_utility": Feature("the simulator's utility of the title in this context")},
    encode=encode,
)

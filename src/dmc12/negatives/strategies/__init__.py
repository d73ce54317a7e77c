"""The strategies by which negatives are drawn, one a file."""

from dmc12.negatives.batch import Strategy
from dmc12.negatives.strategies import hard, impressions, own, popularity, uniform

STRATEGIES: dict[str, Strategy] = {
    module.STRATEGY.name: module.STRATEGY
    for module in (uniform, popularity, impressions, hard, own)
}

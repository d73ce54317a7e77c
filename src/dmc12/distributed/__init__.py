"""Boosted trees grown by several LightGBM workers, each on contexts of its own.

`fit_together` is what each worker runs; it knows the others by a function that gathers messages,
which Spark's barrier tasks supply (`dmc12.spark.distributed`), or processes of one machine.
"""

from dmc12.distributed.deal import deal, read_share, share_of
from dmc12.distributed.worker import CannotTrainError, Fitted, agree, fit_together

__all__ = ["CannotTrainError", "Fitted", "agree", "deal", "fit_together", "read_share", "share_of"]

"""LightGBM itself, imported late: dbt reads the trainers at each parse to check the knobs."""

import logging
import os
from functools import cache
from typing import Any


@cache
def library() -> Any:
    """Import LightGBM; what it says goes through Python's logging, not to the console."""
    # Idle OpenMP threads spin by default: beside a busy JVM, two threads were slower than one.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    import lightgbm

    lightgbm.register_logger(logging.getLogger("lightgbm"))
    return lightgbm

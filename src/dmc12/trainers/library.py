"""LightGBM itself, imported late: dbt reads the trainers at each parse to check the knobs."""

import os
from typing import Any


def library() -> Any:
    """Import LightGBM."""
    # Idle OpenMP threads spin by default: beside a busy JVM, two threads were slower than one.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    import lightgbm

    return lightgbm

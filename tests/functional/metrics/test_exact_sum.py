"""Sums of doubles that do not depend on the order of rows."""

import random
from decimal import Decimal
from fractions import Fraction

import jinja2
import pytest
from project import REPO
from pyspark.errors import ArithmeticException

from dbt.adapters.sparksession.session import current_session


@pytest.fixture(scope="module")
def exact_sum(evaluation):
    """Sum values in the order given, by as many tasks as there are groups of them."""
    evaluation()
    text = (REPO / "macros" / "metrics" / "exact_sum.sql").read_text(encoding="utf-8")
    column = jinja2.Template(text).module.exact_sum("value")

    def run(*groups: list[float | None]) -> Decimal | None:
        spark = current_session()
        rows = [(group, value) for group, values in enumerate(groups) for value in values]
        tasks = spark.sparkContext.parallelize(rows, len(groups))
        values = spark.createDataFrame(tasks, "task int, value double")
        return values.selectExpr(f"{column} as total").first().total

    return run


def test_the_order_of_rows_and_tasks_changes_nothing(exact_sum):
    draw = random.Random(12)
    values = [draw.uniform(-1, 1) * 10 ** draw.randint(-12, 9) for _ in range(1_000)]
    whole = exact_sum(values)
    # what is cut off a value is under three of the last digit
    assert abs(Fraction(whole) - sum(map(Fraction, values))) < len(values) * Fraction(3, 10**16)
    shuffled = draw.sample(values, len(values))
    assert exact_sum(shuffled) == whole
    assert exact_sum(shuffled[:10], shuffled[10:600], shuffled[600:]) == whole
    assert sum(values) != sum(shuffled)  # which doubles added up do not bear


def test_nulls_count_for_nothing(exact_sum):
    assert exact_sum([0.1, 0.2, None]) == Decimal("0.3")
    assert exact_sum([None]) is None


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ([4e18, 4e18, 4e18], "ARITHMETIC_OVERFLOW"),
        ([1e19], "CAST_OVERFLOW"),
        ([float("nan")], "CAST_OVERFLOW"),
        ([float("inf")], "CAST_OVERFLOW"),
    ],
)
def test_what_no_sum_can_hold_is_an_error(exact_sum, values, error):
    with pytest.raises(ArithmeticException, match=error):
        exact_sum(values)

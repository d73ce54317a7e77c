"""Each test of the package is run as it is, or has its reason in the table."""

from __future__ import annotations

import pytest
from package_tests import DOCUMENT, document, not_run, package_tests, suite_classes


@pytest.fixture(scope="module")
def left_out() -> list[str]:
    classes = suite_classes()
    return [test for test in package_tests() if not any(test.is_run_by(one) for one in classes)]


def test_the_package_is_found() -> None:
    assert len(package_tests()) > 250


def test_each_test_left_out_has_a_reason(left_out) -> None:
    table = not_run()
    unexplained = [t.name for t in left_out if not any(row.covers(t) for row in table)]
    assert unexplained == []


def test_each_name_in_the_table_is_of_a_test_left_out(left_out) -> None:
    run = [test for test in package_tests() if test not in left_out]
    for row in not_run():
        assert row.reason
        assert [test.name for test in run if row.covers(test)] == []
        for name in row.names:
            assert any(f"{test.name}.".startswith(f"{name}.") for test in left_out), name


def test_nothing_is_skipped_without_the_table() -> None:
    marked = [
        f"{one.__module__}.{one.__name__}.{name}"
        for one in suite_classes()
        for name in dir(one)
        if name.startswith("test")
        for mark in [
            *getattr(one, "pytestmark", []),
            *getattr(getattr(one, name), "pytestmark", []),
        ]
        if mark.name in ("skip", "skipif", "xfail")
    ]
    assert marked == []


def test_the_document_shows_the_table() -> None:
    assert DOCUMENT.read_text("utf-8") == document()

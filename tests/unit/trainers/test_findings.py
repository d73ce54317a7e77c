import pytest

from dmc12.distributed.findings import Findings, common_fault
from dmc12.distributed.place import Place


def found(fault: str | None = None, one_class: str | None = None) -> Findings:
    return Findings(
        place=Place("127.0.0.1", 1), n_contexts=1, n_items=1, fault=fault, one_class=one_class
    )


@pytest.mark.parametrize(
    ("everyones", "expected"),
    [
        ([found(), found()], None),
        ([found(one_class="all 0"), found()], None),
        ([found(one_class="all 0"), found(one_class="all 0")], "all 0"),
        ([found(), found(fault="bad label")], "worker 1 of 2: bad label"),
        ([found(fault="no split"), found(fault="no split")], "no split"),
    ],
)
def test_what_one_finds_stops_all_but_one_class_only_if_all_find_it(
    everyones: list[Findings], expected: str | None
) -> None:
    assert common_fault(everyones) == expected


def test_findings_survive_the_way_to_the_others() -> None:
    assert Findings.model_validate_json(found("bad").model_dump_json()) == found("bad")

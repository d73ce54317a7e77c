from __future__ import annotations

from pathlib import Path

import pytest
from dbt_common.exceptions import CompilationError

from dbt.adapters.sparksession.csv_file import read_csv


@pytest.mark.parametrize("text", ["a,b", "a,b\n", "\ufeffa,b"])
def test_a_header_alone_is_a_table_without_rows(tmp_path: Path, text: str) -> None:
    path = tmp_path / "s.csv"
    path.write_text(text, encoding="utf-8")
    table = read_csv(path, "seeds/s.csv")
    assert table.column_names == ["a", "b"]
    assert table.num_rows == 0


@pytest.mark.parametrize("delimiter", ["", "||"])
def test_a_delimiter_is_one_character(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "s.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(CompilationError, match=r"seeds/s\.csv: a delimiter is one character"):
        read_csv(path, "seeds/s.csv", delimiter)

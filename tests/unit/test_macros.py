"""Every macro is declared beside its file, arguments typed; that names agree is dbt's own check."""

from pathlib import Path

import pytest
import yaml

MACROS = Path(__file__).parents[2] / "macros"


def declared(folder: Path) -> dict[str, list[dict[str, str]]]:
    """Return the arguments of the folder's declared macros, by name."""
    macros = yaml.safe_load((folder / "_macros.yml").read_text())["macros"]
    return {macro["name"]: macro.get("arguments", []) for macro in macros if macro["description"]}


@pytest.mark.parametrize("folder", [MACROS, *sorted(filter(Path.is_dir, MACROS.iterdir()))])
def test_every_macro_is_declared_with_typed_arguments(folder: Path) -> None:
    found = declared(folder)
    assert set(found) == {file.stem for file in folder.glob("*.sql")}
    for name, arguments in found.items():
        text = (folder / f"{name}.sql").read_text()
        has_arguments = f"macro {name}()" not in text
        assert bool(arguments) == has_arguments, name
        assert all(argument["type"] and argument["description"] for argument in arguments), name

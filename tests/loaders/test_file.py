"""A load is made of one file, the same from its first byte to its last."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from loaders.file import Unchanged, require_file
from loaders.ifc import ladder
from loaders.ifc import load as loading
from loaders.ifc.load import load_ifc
from tests.loaders.ifc.author import house
from twin.database.connection import Database
from twin.errors import SourceUnreadable
from twin.settings import Settings


@pytest.mark.parametrize("path", [Path("/dev/zero"), Path("/dev/null"), Path("/")])
def test_devices_and_folders_are_not_opened(path: Path) -> None:
    with pytest.raises(SourceUnreadable, match="is a folder, a pipe or a device"):
        require_file(path)


def test_a_file_that_grows_is_replaced_or_goes_is_another_file(tmp_path: Path) -> None:
    file, other = tmp_path / "a.csv", tmp_path / "b.csv"
    file.write_text("one")
    unchanged = Unchanged([file])
    unchanged.require()
    other.write_text("one")
    os.utime(other, ns=(file.stat().st_atime_ns, file.stat().st_mtime_ns))
    for change in (lambda: file.write_text("one, two"), lambda: other.replace(file), file.unlink):
        unchanged = Unchanged([file])
        change()
        with pytest.raises(SourceUnreadable, match=r"a.csv was changed while it was read"):
            unchanged.require()


@pytest.mark.parametrize("step", ["meaning", "shapes"])
def test_a_model_that_is_written_to_meanwhile(
    database: Database, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    made = house()
    made.georeference()
    file = made.write(tmp_path / "house.ifc")
    module: Any = loading if step == "meaning" else ladder
    real = module.run_isolated

    def meanwhile(*arguments: Any, **options: Any) -> Any:
        result = real(*arguments, **options)
        with file.open("a") as more:
            more.write("\n")
        return result

    monkeypatch.setattr(module, "run_isolated", meanwhile)
    if step == "meaning":
        with pytest.raises(SourceUnreadable, match=r"house.ifc was changed while it was read"):
            load_ifc(file, database, settings)
        assert database.scalar("select count(*) from city.feature") == 0
    else:
        report = load_ifc(file, database, settings)
        assert report.status == "partial"
        assert "house.ifc was changed while it was read" in report.warnings[-1]
        assert database.scalar("select count(*) from city_now.element where geometry is not null") == 0

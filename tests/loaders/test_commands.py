"""`twin load`: what the command refuses before it touches the city."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from loaders.commands import load as command
from tests.loaders.gis.author import houses
from twin.database.connection import Database
from twin.errors import InvalidInput
from twin.settings import Settings

_RULES = """
[source]
name = "test/houses"
collection = "building"
mode = "replace"
[key]
from = "code"
[columns]
code = "code"
"""


@pytest.fixture(autouse=True)
def _here(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", settings.dsn)


def _refused(*arguments: str) -> str:
    result = CliRunner().invoke(command, [*arguments])
    assert isinstance(result.exception, InvalidInput), result.output
    return str(result.exception)


def test_two_files_of_one_name_would_overwrite_each_other(tmp_path: Path, database: Database) -> None:
    for district in ("east", "west"):
        (tmp_path / district).mkdir()
        houses(2).to_file(tmp_path / district / "houses.gpkg")
    said = _refused(str(tmp_path))
    assert "would be one data set, 'houses'" in said
    assert "--source" in said
    assert database.scalar("select count(*) from twin.load") == 0
    for district in ("east", "west"):
        file = tmp_path / district / "houses.gpkg"
        done = CliRunner().invoke(command, [str(file), "--source", f"{district}/houses"])
        assert done.exit_code == 0, done.output
    assert database.scalar("select count(*) from city_now.building") == 4


def test_several_files_in_the_mode_replace_would_close_each_other(tmp_path: Path, database: Database) -> None:
    (tmp_path / "rules.toml").write_text(_RULES)
    for name in ("a", "b"):
        houses(2).to_file(tmp_path / f"{name}.gpkg")
    rules = ("--mapping", str(tmp_path / "rules.toml"))
    said = _refused(str(tmp_path / "a.gpkg"), str(tmp_path / "b.gpkg"), *rules)
    assert "mode = 'replace'" in said
    assert database.scalar("select count(*) from twin.load") == 0
    assert CliRunner().invoke(command, [str(tmp_path / "a.gpkg"), *rules]).exit_code == 0


@pytest.mark.parametrize(("name", "kind"), [("tower.ifc", "a building model"), ("ground.tif", "a raster")])
def test_what_has_no_columns_is_not_inspected(tmp_path: Path, name: str, kind: str) -> None:
    (tmp_path / name).write_text("anything")
    assert f"{name} is {kind}" in _refused(str(tmp_path / name), "--inspect")

"""`twin check`: what it prints, keeps, writes and refuses."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from loaders.check_command import check
from loaders.ifc.load import load_ifc
from tests.loaders.ifc.check.author import Block
from twin.database.connection import Database
from twin.errors import InvalidInput, NotFound
from twin.settings import Settings


def _run(*arguments: object) -> Result:
    return CliRunner().invoke(check, [str(argument) for argument in arguments])


def test_a_check_is_printed_written_and_kept(
    tmp_path: Path, database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", settings.dsn)
    path = Block(without={"2:east"}).write(tmp_path)

    refused = _run(path, "--store")
    assert isinstance(refused.exception, NotFound)
    assert "load it first" in str(refused.exception)

    load_ifc(path, database, settings)
    model = database.scalar("select id from twin.model")
    bcf = tmp_path / "out.bcf"
    kept = _run(path, "--store", "--json", "--bcf", bcf)
    assert kept.exit_code == 1
    result = json.loads(kept.stdout)
    assert result["format"] == "city-twin/model-check/1"
    assert [(f["rule"], f["floor_no"], f["found"]) for f in result["findings"]] == [("two-ways-out", 2, "1")]
    assert "bcf.version" in zipfile.ZipFile(bcf).namelist()
    assert f"model {model}: 1 findings kept" in kept.stderr

    shown = _run("--model", model, "--json")
    assert json.loads(shown.stdout) == result
    table = _run("--model", model)
    assert table.exit_code == 1
    assert "只有 1 条互不相关的疏散路径" in table.stdout.replace("\n", "")
    assert "not verified against its text" in " ".join(table.stdout.split())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [([], "name a file"), (["--model", "1", "--store"], "need a FILE")],
)
def test_arguments_that_make_no_sense(arguments: list[str], said: str) -> None:
    result = _run(*arguments)
    assert isinstance(result.exception, InvalidInput)
    assert said in str(result.exception)

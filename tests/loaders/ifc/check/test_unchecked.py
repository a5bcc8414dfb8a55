"""Which loaded models keep no check, and `twin check --missing`, which checks them."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner

from loaders.check_command import check
from loaders.ifc.check.unchecked import unchecked
from loaders.ifc.load import load_ifc
from loaders.registered import file_hash
from tests.loaders.ifc.check.author import Block
from twin.database.connection import Database
from twin.errors import InvalidInput
from twin.queries.checks import stored_check
from twin.settings import Settings


def _missing(folder: Path, settings: Settings) -> subprocess.CompletedProcess[str]:
    """In a process of its own: it makes itself nice for good."""
    return subprocess.run(
        [sys.executable, "-m", "twin", "check", "--missing", str(folder)],
        env={**os.environ, "DATABASE_URL": settings.dsn, "COLUMNS": "200"},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


def test_what_is_loaded_and_not_checked_is_checked_once(
    tmp_path: Path, database: Database, settings: Settings
) -> None:
    folder = tmp_path / "city" / "models"
    folder.mkdir(parents=True)
    path = Block(without={"2:east"}).write(folder)
    assert unchecked(tmp_path, database) == [], "no model is loaded from it"
    load_ifc(path, database, settings)
    # as it is not loaded, nobody could show its check
    stranger = folder / "stranger.ifc"
    stranger.write_text("no model at all")
    assert unchecked(tmp_path, database) == [path]

    model = database.scalar("select id from twin.model")
    made = _missing(tmp_path, settings)
    assert (made.returncode, made.stdout) == (0, f"{path.name}: model {model}: 1 findings kept\n"), (
        made.stderr
    )
    kept = stored_check(database, model)
    assert [(f["rule"], f["floor_no"]) for f in kept["findings"]] == [("two-ways-out", 2)]
    assert unchecked(tmp_path, database) == []
    again = _missing(tmp_path, settings)
    assert (again.returncode, again.stdout) == (0, "")
    assert stored_check(database, model)["checked_at"] == kept["checked_at"]


def test_a_model_that_cannot_be_checked_does_not_stop_the_rest(
    tmp_path: Path, database: Database, settings: Settings
) -> None:
    (tmp_path / "a").mkdir()
    broken, good = Block(without={"2:east"}).write(tmp_path / "a"), Block().write(tmp_path)
    models = []
    for path in (broken, good):
        load_ifc(path, database, settings, source=str(path.parent))
        models.append(database.scalar("select max(id) from twin.model"))
    broken.write_text("no model any more")
    # the city holds it as loaded: an older reader may have taken what ours refuses
    database.execute(
        "update twin.load set file_sha256 = %(now)s"
        " where id = (select load_id from twin.model where id = %(id)s)",
        {"now": file_hash(broken), "id": models[0]},
    )
    made = _missing(tmp_path, settings)
    assert made.returncode == 1
    assert f"{good.name}: model {models[1]}:" in made.stdout
    assert [row["model_id"] for row in database.rows("select model_id from twin.model_check")] == models[1:]


def test_a_model_packed_with_gzip_is_one_too(tmp_path: Path, database: Database, settings: Settings) -> None:
    plain = Block().write(tmp_path)
    packed = plain.with_name(plain.name + ".gz")
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    plain.unlink()
    load_ifc(packed, database, settings)
    assert unchecked(tmp_path, database) == [packed]


def test_it_goes_with_no_other_option(tmp_path: Path) -> None:
    result = CliRunner().invoke(check, ["--missing", str(tmp_path), "--json"])
    assert isinstance(result.exception, InvalidInput)
    assert "no other option" in str(result.exception)

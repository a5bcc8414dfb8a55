"""Several models at once: two are meshed at a time, one writes, and one that dies takes nobody along."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import TracebackType

import orjson
import pytest
from click.testing import CliRunner

from loaders import commands
from loaders.ifc.load import load_ifc
from loaders.sidebyside import files_at_once, side_by_side
from tests.loaders.ifc.author import house
from twin.database.connection import Database
from twin.model.load import LoadReport
from twin.settings import Settings


def _house(folder: Path, name: str, rotation_deg: float) -> Path:
    made = house()
    made.georeference(rotation_deg)
    return made.write(folder / f"{name}.ifc")


def test_jobs_meet_and_their_results_are_in_order() -> None:
    meeting = threading.Barrier(2, timeout=30)

    def job(number: int) -> int:
        meeting.wait()
        return number

    assert side_by_side([partial(job, number) for number in range(6)], 2) == list(range(6))


def test_one_at_a_time_stays_on_this_thread() -> None:
    here = threading.current_thread()
    assert side_by_side([threading.current_thread] * 3, 1) == [here] * 3


@pytest.mark.parametrize("at_once", [1, 3])
def test_a_fault_of_ours_comes_through(at_once: int) -> None:
    def fall() -> None:
        raise ZeroDivisionError("a fault")

    jobs: list[Callable[[], None]] = [lambda: None, fall, lambda: None]
    with pytest.raises(ZeroDivisionError, match="a fault"):
        side_by_side(jobs, at_once)


def test_memory_and_connections_bound_how_many() -> None:
    assert files_at_once(10**9, 10) == 1
    assert files_at_once(1, 1) == 1
    assert files_at_once(1, 4) <= 2


class _Turn:
    """A lock that remembers who held it."""

    def __init__(self) -> None:
        self._lock, self.inside, self.most, self.taken = threading.Lock(), 0, 0, 0

    def __enter__(self) -> None:
        self._lock.acquire()
        self.inside += 1
        self.taken += 1
        self.most = max(self.most, self.inside)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.inside -= 1
        self._lock.release()


def test_two_loads_take_turns_at_writing(database: Database, settings: Settings, tmp_path: Path) -> None:
    turn = _Turn()

    def one(name: str, rotation_deg: float) -> LoadReport:
        return load_ifc(_house(tmp_path, name, rotation_deg), database, settings, turn=turn)

    reports = side_by_side([partial(one, "a", 0.0), partial(one, "b", 30.0)], 2)
    assert [(r.status, r.source) for r in reports] == [("done", "ifc/a"), ("done", "ifc/b")]
    assert (turn.taken, turn.most, turn.inside) == (4, 1, 0), "the meaning and the shapes of each"


def test_a_folder_of_models_is_loaded_side_by_side_and_the_broken_one_is_named(
    database: Database, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "models"
    folder.mkdir()
    for number, name in enumerate(("a", "b", "d")):
        _house(folder, name, 30.0 * number)
    plain = folder / "d.ifc"
    (folder / "d.ifc.gz").write_bytes(gzip.compress(plain.read_bytes()))
    plain.unlink()
    (folder / "c.ifc").write_text("no model")
    (folder / "e.ifcx").write_text('{"header": {"id": "x", "ifcxVersion": "ifcx_alpha"}, "data": []}')
    monkeypatch.setenv("DATABASE_URL", settings.dsn)
    monkeypatch.setenv("TWIN_STATE_DIR", str(settings.state_dir))
    monkeypatch.setattr(commands, "files_at_once", lambda *_: 2)
    result = CliRunner().invoke(commands.load, [str(folder), "--json"])
    assert result.exit_code == 1, result.output
    reports = orjson.loads(result.stdout)
    assert [(r["file_name"], r["status"]) for r in reports] == [
        ("a.ifc", "done"), ("b.ifc", "done"), ("c.ifc", "failed"), ("d.ifc.gz", "done"),
        ("e.ifcx", "failed"),
    ]  # fmt: skip
    assert reports[3]["source"] == "ifc/d"
    assert "not an IFC model" in reports[2]["warnings"][0]
    assert "IFC5 is still an alpha; export it as" in reports[4]["warnings"][0]
    overlaps = database.scalar(
        "select count(*) from twin.load a join twin.load b on a.id < b.id"
        " and a.started_at < b.finished_at and b.started_at < a.finished_at"
        " where a.status = 'done' and b.status = 'done'"
    )
    assert overlaps >= 1
    assert database.scalar("select count(*) from twin.model where shapes_at is not null") == 3

"""A bad file may kill its parser, never the loader."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from loaders.isolate import isolated, run_isolated
from twin.errors import NotGeoreferenced, SourceUnreadable

_PROBE = "tests.loaders.probe"


@pytest.fixture(autouse=True)
def _importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    monkeypatch.setenv("TWIN_WRITE_KEY", "secret")


def _run(name: str, scratch: Path, seconds: int = 20, memory_mb: int = 2048, **arguments: Any) -> Any:
    return run_isolated(f"{_PROBE}:{name}", arguments, memory_mb=memory_mb, seconds=seconds, scratch=scratch)


def test_events_files_and_the_result_come_back(tmp_path: Path) -> None:
    events: list[dict[str, Any]] = []
    result = run_isolated(
        f"{_PROBE}:answer",
        {"count": 20},
        memory_mb=2048,
        seconds=20,
        scratch=tmp_path,
        on_event=events.append,
    )
    assert [event["number"] for event in events] == list(range(20))
    assert result["count"] == 20
    assert (tmp_path / "result.txt").read_text() == "done"
    assert not [name for name in result["environment"] if name.startswith("TWIN_")], "keys stay with us"


@pytest.mark.parametrize(
    ("name", "seconds", "said"),
    [
        ("crash", 20, "crashed on this file .SIGSEGV"),
        ("hang", 1, "longer than 1 s"),
        ("burn", 1, "longer than 1 s"),
        ("swell", 20, "more than 2048 MB"),
        ("link", 20, "more than 2048 MB"),
        ("stumble", 20, "KeyError: 'geometry'"),
        ("no_such_function", 20, "no_such_function"),
    ],
)
def test_what_went_wrong_is_said(name: str, seconds: int, said: str, tmp_path: Path) -> None:
    with pytest.raises(SourceUnreadable, match=said):
        _run(name, tmp_path, seconds)


def test_what_a_child_used_is_told_and_may_be_limited_apart_from_the_waiting(tmp_path: Path) -> None:
    used: list[float] = []
    with pytest.raises(SourceUnreadable, match="longer than 1 s of processor time"):
        run_isolated(
            f"{_PROBE}:burn",
            {},
            memory_mb=2048,
            seconds=60,
            processor_s=1,
            scratch=tmp_path,
            spent=used.append,
        )
    assert len(used) == 1
    assert 0.9 < used[0] < 3


def test_errors_of_ours_keep_their_kind(tmp_path: Path) -> None:
    with pytest.raises(NotGeoreferenced, match="no CRS in here"):
        _run("refuse", tmp_path)


def test_leaving_early_ends_the_child(tmp_path: Path) -> None:
    before = _children()  # others of the same run may have left some
    with isolated(
        f"{_PROBE}:answer", {"count": 1000}, memory_mb=2048, seconds=20, scratch=tmp_path
    ) as events:
        assert next(events) == {"number": 0}
        assert len(_children() - before) == 1
    assert not (tmp_path / "result.txt").exists()
    assert _children() <= before


def _children() -> set[str]:
    """Process ids of this process's children, those not yet waited for included."""
    tasks = Path("/proc/self/task").glob("*/children")
    return {pid for task in tasks for pid in task.read_text().split()}

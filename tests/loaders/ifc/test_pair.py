"""Two processes share the meshing of a model; what befalls one of them is told."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import ifcopenshell
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.ifc import ladder
from loaders.ifc.allowance import Allowance
from loaders.ifc.chunk import load_chunk
from loaders.ifc.jobs import jobs_of
from loaders.ifc.ladder import Meshed, climb
from loaders.ifc.pair import in_pair
from loaders.ifc.sorting import Sorted
from loaders.isolate import isolated, run_isolated
from tests.loaders.ifc.author import House
from twin.errors import SourceUnreadable

_PAIRS = "tests.loaders.ifc.pairs"
_PATIENCE_S = 10.0


@pytest.fixture(autouse=True)
def _importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[3]))


def _run(name: str, scratch: Path, **arguments: Any) -> Any:
    return run_isolated(f"{_PAIRS}:{name}", arguments, memory_mb=2048, seconds=30, scratch=scratch)


def _noted(scratch: Path, who: str) -> list[list[int]]:
    return [[int(n) for n in line.split()] for line in (scratch / f"{who}.txt").read_text().splitlines()]


def test_each_job_is_done_once_and_both_do_some(tmp_path: Path) -> None:
    here = _run("share", tmp_path, count=50)["here"]
    mine, others = _noted(tmp_path, "here"), _noted(tmp_path, "copy")
    assert sorted(number for number, _ in mine + others) == list(range(50))
    assert {pid for _, pid in mine} == {here}
    assert len({pid for _, pid in others} - {here}) == 1


@pytest.mark.parametrize(
    ("where", "how", "said"),
    [
        ("copy", "raise", r"KeyError: 'job \d+'"),
        ("here", "raise", r"KeyError: 'job \d+'"),
        ("copy", "SIGSEGV", r"crashed on this file .SIGSEGV"),
        ("here", "SIGSEGV", r"crashed on this file .SIGSEGV"),
        ("copy", "SIGXCPU", "longer than 30 s"),
    ],
)
def test_what_befalls_one_of_them_is_said(where: str, how: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(SourceUnreadable, match=said):
        _run("fail", tmp_path, where=where, how=how)
    _wait_for_the_end_of(tmp_path)


def test_neither_moves_the_place_of_the_other_in_a_file(tmp_path: Path) -> None:
    """A model that is opened lazily is read on while it is meshed, by one descriptor made before the fork."""
    path = tmp_path / "records.txt"
    path.write_bytes(b"".join(b"%015d\n" % number for number in range(100_000)))
    assert _run("read", tmp_path, path=str(path))["wrong"] == 0
    assert len({pid for who in ("here", "copy") for _, pid in _noted(tmp_path, who)}) == 2


def test_nobody_is_left_where_the_reader_goes_early(tmp_path: Path) -> None:
    with isolated(f"{_PAIRS}:linger", {}, memory_mb=2048, seconds=30, scratch=tmp_path) as events:
        assert "here" in next(events)
    _wait_for_the_end_of(tmp_path)


def _wait_for_the_end_of(scratch: Path) -> None:
    """Both are gone, or it fails: an orphan is taken by the system, which may need a moment."""
    pids = {pid for who in ("here", "copy") for _, pid in _noted(scratch, who)}
    assert len(pids) == 2
    until = time.monotonic() + _PATIENCE_S
    while any(_alive(pid) for pid in pids):
        assert time.monotonic() < until, f"still there: {pids}"
        time.sleep(0.01)


def _alive(pid: int) -> bool:
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_more_jobs_than_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="at most 2048"):
        in_pair(2049, lambda number: None)


@given(
    st.dictionaries(st.integers(0, 5).map(lambda n: 8 * n), st.lists(st.integers(0, 40), max_size=300)),
    st.lists(st.integers(0, 40), max_size=60),
    st.booleans(),
)
def test_every_product_is_in_one_job_and_those_of_a_map_are_together(
    safe: dict[int, list[int]], risky: list[int], shared: bool
) -> None:
    """A product is drawn as the map it shows; 0: none."""
    numbers: Iterator[int] = iter(range(10_000))
    maps: dict[int, int] = {}

    def product(shows: int) -> Any:
        number = next(numbers)
        if shows:
            maps[number] = 100_000 + shows
        return SimpleNamespace(id=lambda: number)

    ways = Sorted(
        {count: [product(shows) for shows in group] for count, group in safe.items()},
        [product(shows) for shows in risky],
        maps=maps,
    )
    jobs = jobs_of(ways, shared=shared)
    given_out = [(job.segments, one.id()) for job in jobs for one in job.products]
    groups = {None: ways.risky, **ways.safe}
    assert sorted(given_out, key=repr) == sorted(
        ((count, one.id()) for count, group in groups.items() for one in group), key=repr
    )
    in_job: dict[tuple[int | None, int], set[int]] = {}
    for index, job in enumerate(jobs):
        assert job.products
        for one in job.products:
            in_job.setdefault((job.segments, maps.get(one.id(), one.id())), set()).add(index)
    assert all(len(found) == 1 for found in in_job.values())
    assert [count for count, _ in groupby(job.segments for job in jobs)] == [
        count for count, group in groups.items() if group
    ], "the slow ones first, then a group after another"
    if not shared:
        assert len(jobs) == sum(bool(group) for group in groups.values())


@pytest.mark.skipif(len(os.sched_getaffinity(0)) == 1, reason="there is no second core")
def test_only_what_was_lost_goes_to_the_next_kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The copy falls in its first job; what this process and the jobs after it meshed stays exact."""
    model, names = _walls(tmp_path, 40)
    monkeypatch.setattr(ladder, "_FUNCTION", "tests.loaders.ifc.falls:mesh_but_the_copy_falls")
    meshed = _climb(tmp_path, model, names)
    assert [fall.partition(":")[0] for fall in meshed.falls] == [
        "fast kernel with OpenCASCADE for the hard parts"
    ]
    assert meshed.without == []
    qualities = _qualities(tmp_path, meshed)
    assert set(qualities) == set(names)
    lost = [name for name in names if qualities[name] == "approximate"]
    assert 0 < len(lost) < len(names) / 2
    assert {qualities[name] for name in names} == {"exact", "approximate"}


def test_two_processes_make_what_one_makes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model, names = _walls(tmp_path, 40)
    found = []
    for name, function in (("two", None), ("one", "tests.loaders.ifc.falls:mesh_on_one_core")):
        scratch = tmp_path / name
        scratch.mkdir()
        if function is not None:
            monkeypatch.setattr(ladder, "_FUNCTION", function)
        meshed = _climb(scratch, model, names)
        jobs = {chunk.split("-")[1] for chunk in meshed.chunks}
        assert (len(jobs) > 1) == (name == "two" and len(os.sched_getaffinity(0)) > 1)
        found.append(_bodies(scratch, meshed))
    assert found[0] == found[1]


def _walls(folder: Path, count: int) -> tuple[Path, list[str]]:
    house = House()
    names = []
    for number in range(count):
        wall = house.put(house.make("IfcWall", f"墙{number}"), (1.0 + number, 0.2, 3.0), (0.0, number, 0.0))
        names.append(str(wall.GlobalId))
    path = folder / "walls.ifc"
    house.model.write(str(path))
    assert len(ifcopenshell.open(str(path)).by_type("IfcWall")) == count
    return path, names


def _climb(scratch: Path, model: Path, names: list[str]) -> Meshed:
    return climb(
        scratch,
        {"plain": str(model), "form": "step", "intact": True},
        names,
        memory_mb=4096,
        allowance=Allowance(model.stat().st_size, 120),
        tell=lambda count: None,
    )


def _qualities(scratch: Path, meshed: Meshed) -> dict[str, str]:
    placed = [one for name in meshed.chunks for one in load_chunk(scratch / name).placed]
    return {one.global_id: one.quality for one in placed}


def _bodies(scratch: Path, meshed: Meshed) -> dict[str, tuple[bytes, bytes, bytes]]:
    chunks = [load_chunk(scratch / name) for name in meshed.chunks]
    return {
        one.global_id: (
            chunk.meshes[one.mesh].vertices.tobytes(),
            chunk.meshes[one.mesh].triangles.tobytes(),
            one.matrix.tobytes(),
        )
        for chunk in chunks
        for one in chunk.placed
    }

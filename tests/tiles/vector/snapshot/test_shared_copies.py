"""Files that processes of one server have in common: their bound, and what becomes of broken ones."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import replace

import numba
import numpy as np
import pytest
import shapely
from structlog.testing import capture_logs

from tests.tiles.vector.snapshot.asking import SPOT, ask, edit
from tests.tiles.vector.snapshot.process import Process
from tiles.vector.snapshot import copied
from tiles.vector.snapshot import shared as module
from tiles.vector.snapshot.shared import SharedCopies
from tiles.vector.snapshot.source import public_layers

_LAYERS = len(public_layers())


def test_a_full_tail_is_sorted_in_by_one_for_all(join, database, monkeypatch):
    monkeypatch.setattr(copied, "_TAIL_ROWS", 8)
    first, second = join(), join()
    old = first.source.keeper._kept["hydrant"].token
    database.execute(
        "insert into city.hydrant (code, geometry) select 'n' || i, st_translate(geometry, i, 0)"
        " from city.hydrant, generate_series(1, 20) i where code = 'old'"
    )
    for _ in range(2):
        for one in (first, second):
            one.time += 10
            one.poll()
            one.tend()
    codes = sorted(["old", *(f"n{i}" for i in range(1, 21))])
    for one in (first, second):
        assert ask(one) == (codes, True)
        assert one.source.keeper._kept["hydrant"].token != old
        assert one.source.keeper._kept["hydrant"].own_bytes == 0


def test_an_old_head_is_written_anew_and_its_columns_stay(join, database, monkeypatch, folder):
    first = join()
    before = first.source.keeper._shared.head("hydrant")
    database.execute("insert into city.pole (geometry) values (st_setsrid(st_makepoint(0, 0), 4547))")
    first.poll()
    (head,) = folder.rglob("hydrant.head")
    os.utime(head, (time.time() - 3600, time.time() - 3600))
    first.time += 10
    first.read()
    after = first.source.keeper._shared.head("hydrant")
    assert after.token == before.token
    assert after.standing.snapshot.xmax > before.standing.snapshot.xmax
    assert ask(join()) == (["old"], True)


_WRITER = """
import sys, time
from pathlib import Path
from tiles.vector.snapshot.shared import SharedCopies
shared = SharedCopies(Path(sys.argv[1]), 2)
with shared.making() as mine:
    assert mine
    (shared._folder / "hydrant.0123456789abcdef").write_bytes(bytes(100_000))
    print("half way", flush=True)
    time.sleep(600)
"""


def test_a_writer_that_is_killed_half_way_leaves_nothing(join, folder, reads):
    command = [sys.executable, "-c", _WRITER, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
        try:
            assert writer.stdout.readline() == b"half way\n"
            one = join(ready=False)
            one.poll()
            assert one.read() is False, "another one is making copies"
            assert ask(one) == (["old"], False)
        finally:
            writer.send_signal(signal.SIGKILL)
    one.load()
    assert ask(one) == (["old"], True)
    assert len(reads) == _LAYERS
    assert not list(folder.rglob("*.0123456789abcdef"))


def _spoil(path, how):
    content = path.read_bytes()
    path.write_bytes({"cut": content[: len(content) // 2], "empty": b"", "other": b"x" * len(content)}[how])


@pytest.mark.parametrize("how", ["cut", "empty", "other"])
@pytest.mark.parametrize("which", ["head", "columns"])
def test_a_broken_file_is_not_taken(join, folder, which, how, reads):
    first = join()
    (head,) = folder.rglob("hydrant.head")
    (columns,) = (path for path in folder.rglob("hydrant.*") if path != head)
    # beside, as everything is written: what is mapped is not changed under its reader
    spoilt = head if which == "head" else columns
    beside = spoilt.with_name("beside")
    beside.write_bytes(spoilt.read_bytes())
    _spoil(beside, how)
    beside.replace(spoilt)
    with capture_logs() as said:
        late = join()
    assert ask(late) == (["old"], True)
    assert reads.count("hydrant") == 2
    assert any(entry["event"].startswith("shared_copy_not_") for entry in said)
    first.tend()
    assert ask(first) == (["old"], True)


def _full(*_):
    raise OSError(28, "No space left on device")


def test_where_nothing_can_be_written_each_has_its_own(join, monkeypatch):
    monkeypatch.setattr(module, "write", _full)
    first, second = join(), join()
    for one in (first, second):
        assert ask(one) == (["old"], True)
        assert one.source.keeper.figures["shared_bytes"] == 0
    keeper, own_bytes = first.source.keeper, first.source.keeper.figures["own_bytes"]
    kept = keeper._kept["hydrant"]
    most = keeper.figures["limit_bytes"]
    assert keeper._left(kept) == most - 2 * (own_bytes - kept.own_bytes), "each of the two has as much"
    monkeypatch.undo()
    first.time += 61
    first.poll()
    first.tend()
    assert first.source.keeper.figures["own_bytes"] == 0
    assert first.source.keeper.figures["shared_bytes"] > 0


def test_the_bound_is_of_all_processes_together(settings, database, add_feature, folder):
    with database.transaction() as connection:
        add_feature(connection, "hydrant", shapely.Point(SPOT), code="old")
        connection.execute(
            "insert into city.pole (code, geometry) select repeat(i::text, 40),"
            " st_setsrid(st_makepoint(513000 + i % 1000, 2494000 + i / 1000), 4547)"
            " from generate_series(1, 15000) i"
        )
    one = Process(replace(settings, snapshot_mb=4), SharedCopies(folder, 2))
    try:
        for _ in range(3):
            one.poll()
            one.read()
        one.poll()
        states = one.source.keeper.states()
        assert states["pole"] == "too large"
        assert states["hydrant"] == "ready"
        figures = one.source.keeper.figures
        assert sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) < 4 << 20
        assert figures["shared_bytes"] + 2 * figures["own_bytes"] < figures["limit_bytes"] == 4 << 20
        edit(database, "new")
        one.poll()
        one.tend()
        assert ask(one) == (["new"], True), "the space behind a column is not counted as long as it is free"
    finally:
        one.close()


def test_what_does_not_fit_beside_the_file_is_read_for_all(join, database, reads, monkeypatch):
    first, second = join(), join()
    kept = first.source.keeper._kept["hydrant"]
    old = kept.token
    monkeypatch.setattr(
        first.source.keeper, "_limit_bytes", first.source.keeper.figures["shared_bytes"] + 100
    )
    edit(database, "new")
    first.poll()
    before = len(reads)
    first.tend()
    assert ask(first) == (["new"], False)
    first.tend()
    assert len(reads) == before + 2, "the cell, and then the layer"
    assert kept.token not in ("", old)
    assert ask(first) == (["new"], True)
    second.tend()
    assert ask(second) == (["new"], True)


def test_kernels_take_what_is_mapped_as_what_is_not(join):
    """Read-only arrays would be another type to numba, and be compiled while requests wait."""
    kept = join().source.keeper._kept["hydrant"]
    mapped, own = kept.copied, kept.copied.in_order()
    for name in ("keys", "alive"):
        assert numba.typeof(getattr(mapped, name)) == numba.typeof(getattr(own, name))
    for name in own.rows.__slots__:
        assert numba.typeof(getattr(mapped.rows, name)) == numba.typeof(getattr(own.rows, name))
        np.testing.assert_array_equal(getattr(mapped.rows, name), getattr(own.rows, name))
    for name in ("bytes", "start", "table"):
        assert numba.typeof(getattr(mapped.dictionary, name)) == numba.typeof(getattr(own.dictionary, name))


def test_what_one_process_writes_behind_its_columns_no_other_sees(join, database):
    first, second = join(), join()
    edit(database, "new")
    first.poll()
    first.tend()
    assert ask(first) == (["new"], True)
    assert ask(second) == (["old"], True), "as of its last poll"
    rows, others = (one.source.keeper._kept["hydrant"].copied.rows for one in (first, second))
    assert len(rows) == len(others) + 1
    assert others.ids.base[len(others)] == 0


def test_files_are_closed_to_others(join, folder):
    join()
    for path in folder.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0 or path.name == "lock", path


def test_another_version_of_the_program_begins_anew(join, database, monkeypatch, reads):
    first = join()
    monkeypatch.setattr(module, "version", lambda: "another")
    second = join()
    assert len(reads) == 2 * _LAYERS
    edit(database, "new")
    for one in (first, second):
        # the first has no folder any more, until it ends as well
        one.time += 10
        one.poll()
        one.tend()
        assert ask(one) == (["new"], True)


def test_where_there_is_no_lock_each_has_its_own(join, monkeypatch):
    @contextmanager
    def none(_):
        raise OSError(37, "No locks available")
        yield

    monkeypatch.setattr(SharedCopies, "making", none)
    monkeypatch.setattr(
        module, "write", lambda *_: (_ for _ in ()).throw(OSError(30, "Read-only file system"))
    )
    for one in (join(), join()):
        assert ask(one) == (["old"], True)
        assert one.source.keeper.figures["own_bytes"] > 0

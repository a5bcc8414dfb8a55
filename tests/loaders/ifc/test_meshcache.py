"""Meshes are made once a file: whole entries only, the oldest go first, others may do the same."""

from __future__ import annotations

import os
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from loaders.ifc import ladder
from loaders.ifc.ladder import Meshed
from loaders.ifc.load import load_ifc
from loaders.ifc.meshcache import MeshCache, mesh_key
from tests.loaders.ifc.author import house
from twin.database.connection import Database
from twin.settings import Settings


def _filled(folder: Path, content: bytes = b"x" * 1000, name: str = "split0-0000.npz") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)
    return folder


def _scratch(tmp_path: Path, name: str) -> Path:
    folder = tmp_path / name
    folder.mkdir()
    return folder


def test_what_was_kept_comes_back(tmp_path: Path) -> None:
    cache = MeshCache(tmp_path / "cache", 1)
    assert cache.fetch("a", _scratch(tmp_path, "before")) is None
    cache.keep("a", _filled(tmp_path / "made"), Meshed(["split0-0000.npz"], ["lost"]))
    scratch = _scratch(tmp_path, "later")
    assert cache.fetch("a", scratch) == Meshed(["split0-0000.npz"], ["lost"])
    assert (scratch / "split0-0000.npz").read_bytes() == b"x" * 1000


def test_a_file_that_fell_on_the_ladder_is_tried_again(tmp_path: Path) -> None:
    cache = MeshCache(tmp_path / "cache", 1)
    cache.keep("a", _filled(tmp_path / "made"), Meshed(["split0-0000.npz"], [], ["second kernel: crashed"]))
    assert cache.fetch("a", _scratch(tmp_path, "later")) is None


@pytest.mark.parametrize("damage", ["chunk", "manifest", "half", "gone"])
def test_a_damaged_entry_is_thrown_away(tmp_path: Path, damage: str) -> None:
    cache = MeshCache(tmp_path / "cache", 1)
    cache.keep("a", _filled(tmp_path / "made"), Meshed(["split0-0000.npz"]))
    entry = tmp_path / "cache" / "a"
    shutil.rmtree(tmp_path / "made")
    if damage == "chunk":
        (entry / "split0-0000.npz").write_bytes(b"y" * 1000)
    elif damage == "half":
        (entry / "split0-0000.npz").write_bytes(b"x" * 500)
    elif damage == "gone":
        (entry / "split0-0000.npz").unlink()
    else:
        (entry / "manifest.json").write_text("{")
    assert cache.fetch("a", _scratch(tmp_path, "later")) is None
    cache.keep("a", _filled(tmp_path / "again"), Meshed(["split0-0000.npz"]))
    assert cache.fetch("a", _scratch(tmp_path, "last")) is not None, "a whole one takes its place"


def test_what_was_used_longest_ago_goes_first(tmp_path: Path) -> None:
    cache = MeshCache(tmp_path / "cache", 1)
    for age, key in ((300, "old"), (200, "older but used"), (100, "young")):
        content = key.encode() * (400_000 // len(key))
        cache.keep(key, _filled(tmp_path / key, content), Meshed(["split0-0000.npz"]))
        if (tmp_path / "cache" / key).exists():
            os.utime(tmp_path / "cache" / key, (time.time() - age,) * 2)
        if key == "older but used":
            os.utime(tmp_path / "cache" / "old", (time.time() - 1000,) * 2)
    assert {p.name for p in (tmp_path / "cache").iterdir()} == {"older but used", "young"}
    cache.keep("huge", _filled(tmp_path / "huge", b"h" * 2_000_000), Meshed(["split0-0000.npz"]))
    assert {p.name for p in (tmp_path / "cache").iterdir()} == {"older but used", "young"}
    MeshCache(tmp_path / "none", 0).keep("a", tmp_path / "huge", Meshed(["split0-0000.npz"]))
    assert not (tmp_path / "none").exists()


def test_half_an_entry_of_a_dead_process_is_swept(tmp_path: Path) -> None:
    cache = MeshCache(tmp_path / "cache", 1)
    dead = _filled(tmp_path / "cache" / ".part-dead")
    working = _filled(tmp_path / "cache" / ".part-working")
    os.utime(dead, (time.time() - 100_000,) * 2)
    cache.keep("a", _filled(tmp_path / "made"), Meshed(["split0-0000.npz"]))
    assert not dead.exists()
    assert working.exists()


def test_many_at_once_see_whole_entries_only(tmp_path: Path) -> None:
    cache = MeshCache(tmp_path / "cache", 1)

    def work(number: int) -> bool:
        key = f"k{number % 3}"
        content = key.encode() * 200_000
        cache.keep(key, _filled(tmp_path / f"made{number}", content), Meshed(["split0-0000.npz"]))
        scratch = _scratch(tmp_path, f"got{number}")
        found = cache.fetch(key, scratch)
        return found is None or (scratch / "split0-0000.npz").read_bytes() == content

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(40)))
    kept = [p for p in (tmp_path / "cache").iterdir() if not p.name.startswith(".part-")]
    assert sum(f.stat().st_size for p in kept for f in p.iterdir()) <= 1_000_000


def test_the_key_is_the_file_and_what_is_wanted_of_it() -> None:
    assert mesh_key("abc", ["1", "2"]) == mesh_key("abc", ["2", "1", "1"])
    assert len({mesh_key("abc", ["1"]), mesh_key("abd", ["1"]), mesh_key("abc", ["2"])}) == 3


def test_another_city_takes_the_meshes_of_the_first(
    database: Database, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = house()
    made.georeference()
    path = made.write(tmp_path / "house.ifc")
    first = load_ifc(path, database, settings)
    assert first.georeference["meshes"] == "made"
    shapes = database.rows("select content_hash from twin.mesh order by 1")
    # whoever meshed now would fall
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[3]))
    monkeypatch.setattr(ladder, "_FUNCTION", "tests.loaders.ifc.falls:die")
    again = load_ifc(path, database, settings, force=True)
    assert again.georeference["meshes"] == "kept from an earlier load"
    assert (again.status, again.warnings) == ("done", first.warnings)
    assert database.rows("select content_hash from twin.mesh order by 1") == shapes
    without = load_ifc(
        path, database, replace(settings, mesh_cache_mb=0, state_dir=tmp_path / "x"), force=True
    )
    assert without.georeference["meshes"] == "made"
    assert any(warning.startswith("kernel-fall") for warning in without.warnings)

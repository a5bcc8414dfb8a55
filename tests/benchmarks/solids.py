"""3D tiles of one seeded quarter: ours against py3dtiles, from the same solids.

Ours is timed twice: from PostGIS to the bytes of every document, subtree and content, with
nine attributes, versions and access classes; and from the WKB in memory to GLBs, which is
the work the peer does from its files. py3dtiles pins an older mapbox-earcut than we use, so
it runs in an environment of its own (`requirements/peers.lock`), made once beside the state;
its start and imports are taken off. What counts is processor time of the process
(PostgreSQL's is not in it), which is steadier on a shared machine. Then one leaf is made
again and again: what an edit costs.
"""

from __future__ import annotations

import resource
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import shapely

from loaders.gis.extrude import extrude
from tests.benchmarks.server import Options, scratch_database
from tests.tiles.solids.rules import Subtree
from tiles.solids.faces import read_surfaces, triangulate
from tiles.solids.frame import Frame
from tiles.solids.glb import Scene
from tiles.solids.grid import LEAF_M, Root
from tiles.solids.metadata import ID
from tiles.solids.place import CitySquare, CityTileset
from tiles.solids.shape import Shape
from tiles.solids.source import PostgisSolids
from tiles.source import PUBLIC
from twin.database.connection import Database
from twin.settings import Settings

_ROOT = Path(__file__).resolve().parent.parent.parent
_PITCH_M = 30.0
_EAST, _NORTH = 508_000.0, 2_492_000.0
_SEED = """
insert into city.building (code, name_zh, use, floors_up, height_m, elev_base_m, year_built, geometry, solid)
select 'B' || i, '建筑' || i, 'R', 1 + i %% 33, h, b, 1980 + i %% 45,
    st_setsrid(st_geomfromwkb(f), 4547), st_setsrid(st_geomfromwkb(s), 4547)
from unnest(%(i)s::int[], %(h)s::float8[], %(b)s::float8[], %(f)s::bytea[], %(s)s::bytea[])
    as r(i, h, b, f, s)
"""


def run(options: Options) -> list[dict[str, Any]]:
    """Rows for the report: who, buildings a second of processor, bytes a building, and ours in relation."""
    rows = options.rows or 4_000
    footprints, low, heights = _quarter(rows)
    solids = [solid for solid in extrude(footprints, low, heights) if solid is not None]
    with scratch_database(options.settings) as settings, tempfile.TemporaryDirectory() as folder:
        database = Database.from_settings(settings, bounded=False)
        try:
            _fill(database, footprints, low, heights, solids)
            source = PostgisSolids(database, settings.geoid_offset_m)
            python = None if options.quick else _peer(settings)
            files = _files(Path(folder), solids)
            ours, encoded, theirs = [], [], []
            for number in range(options.rounds):
                ours.append(_tree(source))
                encoded.append(_encode(solids))
                if python is not None:
                    theirs.append(_export(python, files, Path(folder) / f"out{number}"))
            leaf = _leaf(source, options.rounds * 10)
        finally:
            database.close()
    return _report(rows, ours, encoded, theirs, leaf)


def _report(rows: int, ours: Any, encoded: Any, theirs: Any, leaf: dict[str, Any]) -> list[dict[str, Any]]:
    best = {"ours, from PostGIS": min(ours), "ours, WKB to GLB": min(encoded)}
    if theirs:
        best["py3dtiles, WKB files"] = min(theirs)
    seconds, size, _ = best["ours, WKB to GLB"]
    report = []
    for who, (took, plain, packed) in best.items():
        report.append(
            {
                "who": who,
                "buildings/CPU-s": f"{rows / took:.0f}",
                "bytes/building": f"{plain / rows:.0f}",
                "gzip": f"{packed / rows:.0f}" if packed else "",
                "WKB to GLB is": f"{took / seconds:.1f}x as fast, {plain / size:.1f}x smaller",
            }
        )
    return [*report, leaf]


def _quarter(rows: int) -> tuple[Any, Any, Any]:
    """Mostly rectangles, some L-shaped, some with courtyards, some round, all turned."""
    random = np.random.default_rng(7)
    side, footprints = int(np.ceil(rows**0.5)), []
    for i in range(rows):
        e, n = _EAST + i % side * _PITCH_M, _NORTH + i // side * _PITCH_M
        w, d = random.uniform(9, 24, 2)
        shape = shapely.box(e, n, e + w, n + d)
        kind = i % 20
        if kind in (0, 1, 2):
            shape = shape - shapely.box(e + w / 2, n + d / 2, e + w, n + d)
        elif kind in (3, 4):
            shape = shape - shapely.box(e + 3, n + 3, e + w - 3, n + d - 3)
        elif kind == 5:
            shape = shapely.Point(e + w / 2, n + d / 2).buffer(d / 2, 4)
        turned = shapely.affinity.rotate(shape, float(random.uniform(0, 90)))
        footprints.append(shapely.MultiPolygon([turned]))
    heights = np.where(random.random(rows) < 0.02, random.uniform(60, 200, rows), random.uniform(6, 36, rows))
    return np.array(footprints, object), random.uniform(2, 12, rows), heights


def _fill(database: Database, footprints: Any, low: Any, heights: Any, solids: list[bytes]) -> None:
    values = {
        "i": list(range(len(solids))),
        "h": heights.tolist(),
        "b": low.tolist(),
        "f": list(shapely.to_wkb(footprints)),
        "s": solids,
    }
    database.execute(_SEED, values)
    database.execute("analyze city.building")


def _tree(source: PostgisSolids) -> tuple[float, int, int]:
    """Every tile of the city as a client finds it; processor seconds, bytes of contents, and packed."""
    began = time.process_time()
    document = orjson.loads(source.make((), CityTileset(), PUBLIC).tile.plain())
    root = Root.named(document["root"]["content"]["uri"].split("/")[1])
    plain = packed = 0
    waiting = [(0, 0, 0)]
    while waiting:
        level, x, y = waiting.pop()
        held = root.subtree_levels
        data = source.make((), CitySquare("subtree", root, level, x, y), PUBLIC).tile.plain()
        tree = Subtree(data, held)
        for down, a, b in tree.squares(tree.contents):
            place = CitySquare("content", root, level + down, (x << down) + a, (y << down) + b)
            tile = source.make((), place, PUBLIC).tile
            packed += len(tile.data)
            plain += len(tile.plain())
        waiting += [(level + held, (x << held) + a, (y << held) + b) for a, b in tree.beneath()]
    return time.process_time() - began, plain, packed


def _encode(solids: list[bytes]) -> tuple[float, int, int]:
    """WKB in memory to GLBs of a leaf's worth each, with an id as the only attribute."""
    frame = Frame.at(_EAST + 1_000, _NORTH + 1_000, 4547, -3.0)
    side, each = int(np.ceil(len(solids) ** 0.5)), int(LEAF_M / _PITCH_M)
    leaves: dict[tuple[int, int], list[int]] = {}
    for i in range(len(solids)):
        leaves.setdefault((i % side // each, i // side // each), []).append(i)
    began, size = time.process_time(), 0
    for members in leaves.values():
        shapes = read_surfaces([solids[i] for i in members])
        west, south, east, north = shapely.total_bounds(shapes)
        faces = triangulate(shapes, frame.patch((west, south, east, north)).local)
        scene = Scene("building", [ID], [{"id": i} for i in members])
        scene.add(Shape(faces.points, faces.normals, faces.triangles, faces.owners))
        size += len(scene.glb())
    return time.process_time() - began, size, 0


def _leaf(source: PostgisSolids, times: int) -> dict[str, Any]:
    """The leaf in the middle, made again and again."""
    document = orjson.loads(source.make((), CityTileset(), PUBLIC).tile.plain())
    root = Root.named(document["root"]["content"]["uri"].split("/")[1])
    place = CitySquare("content", root, root.depth, 1, 1)
    took = []
    for _ in range(times):
        began = time.perf_counter()
        source.make((), place, PUBLIC)
        took.append(1000 * (time.perf_counter() - began))
    return {
        "who": "one leaf again",
        "ms, median": f"{statistics.median(took):.1f}",
        "ms, best": f"{min(took):.1f}",
    }


def _files(folder: Path, solids: list[bytes]) -> Path:
    """The same solids as the peer reads them: ISO MultiPolygon Z, a file each."""
    into = folder / "wkb"
    into.mkdir()
    for number, solid in enumerate(solids):
        (into / f"{number:06d}.wkb").write_bytes(solid[:1] + struct.pack("<I", 1006) + solid[5:])
    return into


def _peer(settings: Settings) -> Path:
    """Python of the peer's environment, made by the lock where it is not there yet."""
    home = settings.state_dir / "peers"
    python, lock = home / "bin" / "python", _ROOT / "requirements" / "peers.lock"
    stamp = home / ".lock"
    if not (python.exists() and stamp.exists() and stamp.read_bytes() == lock.read_bytes()):
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(home)], check=True)
        install = ["-m", "pip", "install", "-q", "--require-hashes", "-r", str(lock)]
        subprocess.run([str(python), *install], check=True)
        stamp.write_bytes(lock.read_bytes())
    return python


def _export(python: Path, files: Path, out: Path) -> tuple[float, int, int]:
    """Run the peer; its start is taken off."""
    begin = [str(python), "-c", "import py3dtiles.command_line"]
    export = [str(python), "-m", "py3dtiles.command_line", "export", "-d", str(files), "-s", str(out)]
    took = _cpu([*export, "--spec-version", "1.1"]) - _cpu(begin)
    return took, sum(p.stat().st_size for p in out.rglob("*") if p.suffix in (".b3dm", ".glb")), 0


def _cpu(command: list[str]) -> float:
    """Seconds of processor a command takes, its children's too."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

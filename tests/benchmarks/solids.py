"""3D tiles of one seeded quarter: ours against py3dtiles, from the same solids.

Ours is timed twice: from PostGIS to the bytes of every document, subtree and content, with
nine attributes, versions and access classes, PostgreSQL's processor time included; and from
the WKB in memory to GLBs, which is the work the peer does from its files. Kernels are
compiled before. py3dtiles pins an older mapbox-earcut than we use, so it runs in an environment
of its own (`requirements/peers.lock`), made once beside the state; its start and imports are
taken off, and of a large quarter it gets as many buildings as the WKB in memory, 4,000.
What counts is processor time, which is steadier on a shared machine. Of the tree the leaves are
counted by themselves too: they alone are all the buildings. Then what an edit costs (the leaf, its
ancestors, the documents, and all of an open far view), and what a client asks for to draw a view,
by walking the tree as it does: 16 pixels of error, 1920 x 1080. `--rows 1000000` is the whole city.
"""

from __future__ import annotations

import resource
import statistics
import struct
import subprocess
import tempfile
import time
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from tests.benchmarks import quarter
from tests.benchmarks.environment import peers_python
from tests.benchmarks.server import Options, kept_database
from tests.tiles.solids.rules import Subtree
from tests.tiles.solids.traversal import Square, cameras, walk
from tiles.solids.faces import triangulate
from tiles.solids.frame import Frame
from tiles.solids.glb import Scene
from tiles.solids.grid import LEAF_M, Root
from tiles.solids.metadata import ID
from tiles.solids.place import CitySquare, CityTileset
from tiles.solids.shape import Shape
from tiles.solids.source import PostgisSolids
from tiles.solids.surfaces import read_surfaces
from tiles.solids.table import Values
from tiles.source import PUBLIC
from tiles.vector.snapshot.jit import KERNELS, prepare
from twin.database.connection import Database
from twin.settings import Settings

_ROOT = Path(__file__).resolve().parent.parent.parent
_PEER_ROWS = 4_000
_EDIT = "update city.building set height_m = height_m + 0.1 where code = 'B' || %(i)s::int"


def run(options: Options) -> list[dict[str, Any]]:
    """Rows for the report: who, buildings a second of processor, bytes a building, and ours in relation."""
    rows = options.rows or 20_000
    prepare(options.settings.state_dir / KERNELS)
    peers = min(rows, _PEER_ROWS)
    # a seed gives each number of rows shapes of its own; these are for memory and files
    solids = list(chain.from_iterable(made for _, made in quarter.solids(peers)))
    with (
        kept_database(
            options.settings,
            f"solids_{rows}",
            f"quarter 1 {rows}",
            lambda s: _fill(s, rows),
            drop=options.drop,
        ) as settings,
        tempfile.TemporaryDirectory() as folder,
    ):
        database = Database.from_settings(settings, bounded=False)
        try:
            python = None if options.quick else peers_python(options.settings)
            files = _files(Path(folder), solids)
            ours, encoded, theirs = [], [], []
            for number in range(options.rounds):
                ours.append(_tree(database, settings, None))
                encoded.append(_encode(solids))
                if python is not None:
                    theirs.append(_export(python, files, Path(folder) / f"out{number}"))
            edits = _edits(database, settings, Path(folder) / "shelf", options.rounds * 10)
            views = _views(PostgisSolids(database, settings.geoid_offset_m), rows)
        finally:
            database.close()
    best = {
        "ours, from PostGIS, whole tree": (rows, *min(whole for whole, _ in ours)),
        "ours, from PostGIS, leaves": (rows, *min(leaves for _, leaves in ours)),
        "ours, WKB to GLB": (peers, *min(encoded)),
    }
    if theirs:
        best["py3dtiles, WKB files"] = (peers, *min(theirs))
    return [*_report(best), *edits, *views]


def _fill(settings: Settings, rows: int) -> None:
    database = Database.from_settings(settings, bounded=False)
    try:
        quarter.fill(database, rows)
    finally:
        database.close()


def _report(best: dict[str, tuple[int, float, int, int]]) -> list[dict[str, Any]]:
    """Rates, sizes, and how each relates to the peer, the last."""
    peer, peer_took, peer_size, _ = list(best.values())[-1]
    peer_rate, peer_each = peer / peer_took, peer_size / peer
    return [
        {
            "who": who,
            "buildings": n,
            "buildings/CPU-s": f"{n / took:.0f}",
            "bytes/building": f"{plain / n:.0f}",
            "gzip": f"{packed / n:.0f}" if packed else "",
            "to the last": f"{n / took / peer_rate:.1f}x, bytes {plain / n / peer_each:.2f}",
        }
        for who, (n, took, plain, packed) in best.items()
    ]


def _server_cpu_s(database: Database) -> dict[int, float]:
    """Processor seconds of the connections of this database by their process."""
    spent = {}
    for row in database.rows("select pid from pg_stat_activity where datname = current_database()"):
        stat = Path(f"/proc/{row['pid']}/stat")
        if stat.exists():
            fields = stat.read_text(encoding="utf-8").rpartition(")")[2].split()
            spent[row["pid"]] = (int(fields[11]) + int(fields[12])) / 100
    return spent


Spent = tuple[float, int, int]
"""Processor seconds, bytes of contents, and packed."""


def _tree(database: Database, settings: Settings, shelf: Path | None) -> tuple[Spent, Spent]:
    """Every tile of the city as a client finds it: what all took, and what the leaves did."""
    source = PostgisSolids(database, settings.geoid_offset_m, shelf)
    began = _clock_s(database)
    root = _root(source)
    squares = []
    waiting = [(0, 0, 0)]
    while waiting:
        level, x, y = waiting.pop()
        held = root.subtree_levels
        data = source.make((), CitySquare("subtree", root, level, x, y), PUBLIC).tile.plain()
        tree = Subtree(data, held)
        squares += [(level + d, (x << d) + a, (y << d) + b) for d, a, b in tree.squares(tree.contents)]
        waiting += [(level + held, (x << held) + a, (y << held) + b) for a, b in tree.beneath()]
    # the leaves last, to be counted by themselves; above them a tile after those below it
    total, bytes_of = began, [0, 0]
    above: Spent = (0.0, 0, 0)
    for level, x, y in sorted(squares, key=lambda s: (s[0] == root.depth, *_below(s, root.depth))):
        if level == root.depth and not above[0]:
            above = (_clock_s(database) - total, *bytes_of)
        tile = source.make((), CitySquare("content", root, level, x, y), PUBLIC).tile
        bytes_of = [bytes_of[0] + len(tile.plain()), bytes_of[1] + len(tile.data)]
    took = _clock_s(database) - total
    return (took, *bytes_of), (took - above[0], bytes_of[0] - above[1], bytes_of[1] - above[2])


def _below(square: Square, depth: int) -> tuple[int, int]:
    """Where a tile comes when each is made after those below it, quarter by quarter."""
    level, x, y = square
    east, north = ((one + 1 << depth - level) - 1 for one in (x, y))
    return sum((east >> i & 1) << 2 * i | (north >> i & 1) << 2 * i + 1 for i in range(depth)), -level


def _clock_s(database: Database) -> float:
    """Processor seconds of this process and of the server's for it."""
    return time.process_time() + sum(_server_cpu_s(database).values())


def _root(source: PostgisSolids) -> Root:
    document = orjson.loads(source.make((), CityTileset(), PUBLIC).tile.plain())
    return Root.named(document["root"]["content"]["uri"].split("/")[1])


def _encode(solids: list[bytes]) -> tuple[float, int, int]:
    """WKB in memory to GLBs of a leaf's worth each, with an id as the only attribute."""
    frame = Frame.at(quarter.EAST_M + 1_000, quarter.NORTH_M + 1_000, 4547, -3.0)
    side, each = int(np.ceil(len(solids) ** 0.5)), int(LEAF_M / quarter.PITCH_M)
    leaves: dict[tuple[int, int], list[int]] = {}
    for i in range(len(solids)):
        leaves.setdefault((i % side // each, i // side // each), []).append(i)
    began, size = time.process_time(), 0
    for members in leaves.values():
        surfaces = read_surfaces([solids[i] for i in members], np.arange(len(members)))
        box = (*surfaces.points[:, :2].min(axis=0).tolist(), *surfaces.points[:, :2].max(axis=0).tolist())
        faces = triangulate(surfaces, frame.patch(box).local)
        scene = Scene("building", [ID], {"id": Values(members)}, len(members))
        scene.add(Shape(faces.points, faces.normals, faces.triangles, faces.owners))
        size += len(scene.glb())
    return time.process_time() - began, size, 0


def _edits(database: Database, settings: Settings, shelf: Path, times: int) -> list[dict[str, Any]]:
    """What is asked for after an edit, and what a process finds that starts anew."""
    source = PostgisSolids(database, settings.geoid_offset_m, shelf)
    report = [_timed("documents, first time ever", 1, lambda: _root(source))]
    root = _root(source)
    report.append(_timed("documents, warm", times, lambda: _root(source)))
    number = 0

    def edit() -> None:
        nonlocal number
        database.execute(_EDIT, {"i": number})
        number += 1

    def asks(kind: Any, level: int) -> Callable[[], Any]:
        return lambda: source.make((), CitySquare(kind, root, level, 0, 0), PUBLIC)

    report.append(_timed("documents after an edit", times, lambda: _root(source), edit))
    for level in range(0, root.levels, root.subtree_levels):
        report.append(_timed(f"subtree {level} after an edit", times, asks("subtree", level), edit))
    for level in range(root.depth, -1, -1):
        name = "leaf" if level == root.depth else f"ancestor {level}"
        report.append(_timed(f"{name} after an edit", times, asks("content", level), edit))

    def path() -> None:
        for level in range(root.levels):
            source.make((), CitySquare("content", root, level, 0, 0), PUBLIC)

    report.append(_timed("all a view holds of the place, after an edit", times, path, edit))

    def anew() -> None:
        _root(PostgisSolids(database, settings.geoid_offset_m, shelf))

    report.append(_timed("documents of a new process", 5, anew))
    return report


def _views(source: PostgisSolids, rows: int) -> list[dict[str, Any]]:
    """What views of the city ask for, and in how many bytes."""
    root, known = _root(source), dict[Square, Subtree]()
    boxes = dict[Square, Any]()

    def box_of(square: Square) -> Any:
        level, x, y = square
        top = level // root.subtree_levels * root.subtree_levels
        place = (top, x >> level - top, y >> level - top)
        if place not in known:
            data = source.make((), CitySquare("subtree", root, *place), PUBLIC).tile.plain()
            known[place] = Subtree(data, root.subtree_levels)
            for (down, a, b), box in known[place].boxes().items():
                boxes[top + down, (place[1] << down) + a, (place[2] << down) + b] = box
        return boxes.get(square)

    side_m = np.ceil(rows**0.5) * quarter.PITCH_M
    middle = np.array([quarter.EAST_M + side_m / 2, quarter.NORTH_M + side_m / 2, 0.0])
    (at,) = Frame.at(*root.middle, 4547, -3.0).exact(middle[None])
    report = []
    for name, camera in cameras(at, side_m).items():
        view = walk(root, box_of, camera)
        tiles = {s: source.make((), CitySquare("content", root, *s), PUBLIC).tile for s in view.contents}
        report.append(
            {
                "who": name,
                "requests": view.requests,
                "contents": len(view.contents),
                "drawn": len(view.drawn),
                "kB": round(sum(len(tile.data) for tile in tiles.values()) / 1000),
                "largest kB": round(max(len(tile.plain()) for tile in tiles.values()) / 1000),
            }
        )
    return report


def _timed(
    who: str, times: int, ask: Callable[[], Any], before: Callable[[], None] | None = None
) -> dict[str, Any]:
    took = []
    for _ in range(times):
        if before is not None:
            before()
        began = time.perf_counter()
        ask()
        took.append(1000 * (time.perf_counter() - began))
    return {"who": who, "ms, median": f"{statistics.median(took):.1f}", "ms, best": f"{min(took):.1f}"}


def _files(folder: Path, solids: list[bytes]) -> Path:
    """The same solids as the peer reads them: ISO MultiPolygon Z, a file each."""
    into = folder / "wkb"
    into.mkdir()
    for number, solid in enumerate(solids):
        (into / f"{number:06d}.wkb").write_bytes(solid[:1] + struct.pack("<I", 1006) + solid[5:])
    return into


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

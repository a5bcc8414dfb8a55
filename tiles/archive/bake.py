"""From a request to an archive: chunks that are finished stay finished, whatever happens after."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, Protocol

import orjson

from tiles.archive.chunk import ChunkMaker
from tiles.archive.lineage import horizon, lineage
from tiles.archive.part import Part, merged, read_part
from tiles.archive.place import archive_path
from tiles.archive.plan import Chunk, Plan, plan
from tiles.archive.request import BakeRequest, recipe
from tiles.archive.writer import ArchiveWriter
from tiles.vector.snapshot.jit import KERNELS, prepare
from tiles.vector.tilejson import tilejson
from twin.database.connection import Database
from twin.errors import Conflict, NotFound
from twin.garbage import seldom_collected
from twin.settings import Settings

_PLAN = "plan.json"
_PRIVATE = 0o700


class Progress(Protocol):
    """Hears how far a bake is."""

    def __call__(self, done: int, total: int, tiles: int) -> None:
        """Chunks finished, of how many, and tiles made by this call of the command."""
        ...


class Runner(Protocol):
    """Makes the parts that are missing."""

    def __call__(self, job: Job, missing: list[Chunk], finished: Callable[[Chunk], None]) -> None:
        """Write a part of each chunk to `job.part_path` and say so."""
        ...


@dataclass(frozen=True, slots=True)
class Job:
    """A bake under way.

    Attributes
    ----------
    database : Database
        With no limit on the time of a statement.
    settings : Settings
        `state_dir` holds archives and compiled kernels.
    request : BakeRequest
        What is baked.
    folder : Path
        Where finished parts are.
    lineage : str
        Of the database.
    """

    database: Database
    settings: Settings
    request: BakeRequest
    folder: Path
    lineage: str

    def part_path(self, chunk: Chunk) -> Path:
        """File of a finished part."""
        return self.folder / f"{chunk.key}.part"


@dataclass(frozen=True, slots=True)
class Baked:
    """What came of it.

    Attributes
    ----------
    path : Path
        The archive.
    tiles : int
        Tiles in it.
    bytes : int
        Its size.
    chunks, resumed : int
        Pieces it was made in, and how many of them an earlier call had finished.
    horizon : int
        First transaction it may not show.
    thinned : int
        Tiles that say that they leave something out.
    unmade : tuple of str
        `z/x/y` of tiles that do not fit the limit; the live server answers for those.
    """

    path: Path
    tiles: int
    bytes: int
    chunks: int
    resumed: int
    horizon: int
    thinned: int
    unmade: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {name: getattr(self, name) for name in self.__slots__} | {"path": str(self.path)}


def bake(
    database: Database,
    settings: Settings,
    request: BakeRequest,
    *,
    runner: Runner | None = None,
    path: Path | None = None,
    fresh: bool = False,
    progress: Progress | None = None,
) -> Baked:
    """Make an archive, or finish one that was begun.

    Parameters
    ----------
    database : Database
        With no limit on the time of a statement.
    settings : Settings
        `state_dir` holds archives and compiled kernels.
    request : BakeRequest
        What is baked.
    runner : Runner, optional
        Who makes the parts; default: threads of this process.
    path : Path, optional
        Another file than the one the server looks at.
    fresh : bool
        Whether parts of an earlier call are thrown away.
    progress : Progress, optional
        Hears of each chunk.

    Raises
    ------
    Conflict
        Somebody bakes the same archive now.
    NotFound
        There is nothing to bake.
    Unavailable
        The database is a standby, or does not answer.
    """
    target = path or archive_path(settings.state_dir, request.name, public=request.public)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o755 if request.public else _PRIVATE)
    folder = target.with_name(f"{target.name}.parts")
    with _alone(target), seldom_collected():
        job = Job(database, settings, request, folder, lineage(database))
        found = _planned(job, fresh)
        if not found.chunks:
            raise _nothing(request)
        missing = [one for one in found.chunks if not job.part_path(one).exists()]
        resumed = len(found.chunks) - len(missing)
        done = [resumed]

        def finished(chunk: Chunk) -> None:
            done[0] += 1
            if progress is not None:
                progress(done[0], len(found.chunks), len(read_part(job.part_path(chunk)).entries))

        if progress is not None:
            progress(resumed, len(found.chunks), 0)
        (runner or run_here)(job, missing, finished)
        parts = [read_part(job.part_path(one)) for one in found.chunks]
        if not any(len(one.entries) or one.unmade for one in parts):
            shutil.rmtree(folder)
            raise _nothing(request)
        first = horizon(database, request.reads(), min(found.xmin, *(one.xmin for one in parts)))
        _write(job, found, parts, first, target)
        shutil.rmtree(folder)
    return Baked(
        target,
        sum(len(one.entries) for one in parts),
        target.stat().st_size,
        len(parts),
        resumed,
        first,
        sum(len(one.thinned) for one in parts),
        tuple(name for one in parts for name in one.unmade),
    )


def run_here(job: Job, missing: list[Chunk], finished: Callable[[Chunk], None]) -> None:
    """Make parts one after another, the tiles of each on all cores."""
    if job.request.maker == "memory" and missing:
        prepare(job.settings.state_dir / KERNELS)
    threads = max(1, min(len(os.sched_getaffinity(0)), job.settings.pool_size - 1))
    maker = ChunkMaker(job.database, job.request, threads)
    for chunk in missing:
        with written(job.part_path(chunk)) as file:
            maker.make(chunk, file)
        finished(chunk)


@contextmanager
def written(path: Path) -> Iterator[Any]:
    """A file that is there under its name whole, or not at all."""
    beside = path.with_name(f"{path.name}.new")
    with beside.open("wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


@contextmanager
def _alone(target: Path) -> Iterator[None]:
    lock = target.with_name(f"{target.name}.lock")
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Conflict(f"'{target.name}' is being baked by another process; wait for it") from None
        yield


def _planned(job: Job, fresh: bool) -> Plan:
    """The plan of an earlier call for the same archive, or a new one."""
    file = job.folder / _PLAN
    asked = {"request": job.request.as_dict(), "lineage": job.lineage, "recipe": _recipe(job.request)}
    asked = orjson.loads(orjson.dumps(asked))
    if file.exists() and not fresh:
        kept = orjson.loads(file.read_bytes())
        if kept["asked"] == asked:
            return Plan.from_dict(kept["plan"])
    shutil.rmtree(job.folder, ignore_errors=True)
    found = plan(job.database, job.request)
    job.folder.mkdir(mode=_PRIVATE, parents=True)
    with written(file) as out:
        out.write(orjson.dumps({"asked": asked, "plan": found.as_dict()}))
    return found


def _write(job: Job, found: Plan, parts: list[Part], first: int, target: Path) -> None:
    request = job.request
    document = tilejson(job.database, request.names, "", request.context)
    metadata = {
        "name": document["name"],
        "description": f"{', '.join(request.names)}, baked from a city twin",
        "type": "overlay",
        "version": "1",
        "vector_layers": document["vector_layers"],
        "twin": {
            "layers": request.names,
            "access": request.access,
            "lineage": job.lineage,
            "horizon": first,
            "recipe": _recipe(request),
            "region": request.region,
            "min_zoom": request.min_zoom,
            "max_zoom": request.max_zoom,
            "thinned": {name: said for one in parts for name, said in one.thinned.items()},
            "unmade": sorted(name for one in parts for name in one.unmade),
        },
    }
    with written(target) as file:
        if not request.public:
            os.fchmod(file.fileno(), 0o600)
        writer = ArchiveWriter(file, sum(len(one.entries) for one in parts), job.folder)
        try:
            for tile_id, data in _tiles(parts, request):
                writer.add(tile_id, data)
            writer.finish(metadata, min_zoom=request.min_zoom, max_zoom=request.max_zoom, bounds=found.bounds)
        finally:
            writer.close()


def _tiles(parts: list[Part], request: BakeRequest) -> Iterator[tuple[int, bytes]]:
    """Tiles by their ids. Those of a part follow each other, so one file is open at a time."""
    ordered = merged(parts, request.min_zoom, request.max_zoom)
    for path, several in groupby(ordered, key=lambda one: one[1].path):
        with path.open("rb") as file:
            for tile_id, _, offset, length in several:
                yield tile_id, os.pread(file.fileno(), length, offset)


def _nothing(request: BakeRequest) -> NotFound:
    where = "" if request.region is None else " in the region"
    return NotFound(f"no tile of {', '.join(request.names)} has anything to show{where}: nothing to bake")


def _recipe(request: BakeRequest) -> str:
    return recipe(request.names, request.access, request.min_zoom, request.max_zoom)

"""`SharedTiles`: tiles that the processes of one server have made, for each other.

Files in a folder of the running server, in memory where the machine has a folder that is. An
entry is written once and whole, and says what the statement that made it could see: whether
that is still good, each process decides by what it has heard of the touch log.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import tempfile
from collections import Counter
from pathlib import Path

import orjson
import structlog

from tiles.cache import Key
from tiles.source import Made
from tiles.tile import Tile
from tiles.touch import CellBox
from twin.errors import InvalidInput
from twin.live.snapshot import Snapshot

_log = structlog.get_logger(__name__)

IN_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of its own is made in it, closed to others
_PREFIX = "twin-tiles-"
_SHARDS = 64
_LOOK_EVERY = 8
"""Entries a process writes to a shard before it looks at the size of that."""
_LEFT = 0.75
_ENTRY_BYTES = 4096
"""What a small file takes."""
_CODE = ("*.py", "*.sql")


def new_folder(limit_bytes: int, otherwise: Path) -> Path:
    """Make an empty folder for this server, readable by its account alone.

    What servers left behind that were killed is removed.

    Parameters
    ----------
    limit_bytes : int
        What is to fit.
    otherwise : Path
        Where it is made if the machine has no room for it in memory.
    """
    otherwise.mkdir(parents=True, exist_ok=True)
    for parent in (IN_MEMORY, otherwise):
        for left in parent.glob(f"{_PREFIX}*"):
            owner = left.name.removeprefix(_PREFIX).partition("-")[0]
            if owner.isdecimal() and not _lives(int(owner)):
                # what is another account's stays
                shutil.rmtree(left, ignore_errors=True)
    own = f"{_PREFIX}{os.getpid()}-"
    try:
        room = os.statvfs(IN_MEMORY)
        if room.f_bavail * room.f_frsize > 2 * limit_bytes:
            return Path(tempfile.mkdtemp(prefix=own, dir=IN_MEMORY))
    except OSError as error:
        _log.info("shared_tiles_on_disk", error=str(error))
    return Path(tempfile.mkdtemp(prefix=own, dir=otherwise))


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


class SharedTiles:
    """Tiles in a folder; least recently used first out.

    Parameters
    ----------
    folder : Path
        Of the running server.
    limit_bytes : int
        Most that is held, but for a few entries a process.
    """

    def __init__(self, folder: Path, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        # another version of this program may encode otherwise, and take over from one that runs
        self._folder = folder / version()
        self._written: Counter[str] = Counter()
        for shard in range(_SHARDS):
            (self._folder / f"{shard:02}").mkdir(parents=True, exist_ok=True)

    @property
    def held(self) -> tuple[int, int, int]:
        """Entries, their bytes, and the most there may be."""
        sizes = [size for shard in range(_SHARDS) for _, size, _ in self._entries(f"{shard:02}")]
        return len(sizes), sum(sizes), self._limit_bytes

    def get(self, key: Key) -> Made | None:
        """Read what somebody made; None: nobody has, or it is gone."""
        path = self._path(key)
        try:
            content = path.read_bytes()
            os.utime(path)
        except FileNotFoundError:
            return None
        except OSError as error:
            _log.warning("shared_tile_not_read", error=str(error))
            return None
        try:
            return _read(content)
        except (ValueError, KeyError, TypeError, InvalidInput) as error:
            _log.warning("shared_tile_not_read", error=str(error))
            return None

    def put(self, key: Key, made: Made) -> None:
        """Keep a tile for the others; where that fails it is said, and they make their own."""
        content = _written(made)
        if len(content) > self._limit_bytes / _SHARDS:
            return
        path = self._path(key)
        part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
        try:
            # who reads meanwhile finds the old one or the new one, whole
            part.write_bytes(content)
            part.replace(path)
        except OSError as error:
            part.unlink(missing_ok=True)
            _log.warning("shared_tile_not_kept", error=str(error))
            return
        shard = path.parent.name
        self._written[shard] += 1
        if self._written[shard] % _LOOK_EVERY == 1:
            self._sweep(shard)

    def _path(self, key: Key) -> Path:
        names, place, context = key
        digest = hashlib.blake2b(repr((names, place, context.access)).encode(), digest_size=16).digest()
        return self._folder / f"{digest[0] % _SHARDS:02}" / digest.hex()

    def _entries(self, shard: str) -> list[tuple[float, int, str]]:
        """When each was last used, its size on the medium, and where it is."""
        found = []
        with os.scandir(self._folder / shard) as listed:
            for one in listed:
                try:
                    stat = one.stat()
                except FileNotFoundError:
                    continue  # swept by another process
                size = -(-stat.st_size // _ENTRY_BYTES) * _ENTRY_BYTES
                found.append((stat.st_mtime, size, one.path))
        return found

    def _sweep(self, shard: str) -> None:
        most = self._limit_bytes / _SHARDS
        entries = self._entries(shard)
        size = sum(size for _, size, _ in entries)
        if size <= most:
            return
        for _, freed, path in sorted(entries):
            Path(path).unlink(missing_ok=True)
            size -= freed
            if size <= _LEFT * most:
                return


def _written(made: Made) -> bytes:
    tile, cells = made.tile, made.cells
    head = {
        "snapshot": str(made.snapshot),
        "collections": sorted(made.collections),
        "cells": None if cells is None else [cells.west, cells.south, cells.east, cells.north],
        "tile": [tile.media_type, tile.etag, tile.gzipped, tile.thinned],
    }
    return orjson.dumps(head) + b"\n" + tile.data


def _read(content: bytes) -> Made:
    head, _, data = content.partition(b"\n")
    told = orjson.loads(head)
    media_type, etag, gzipped, thinned = told["tile"]
    return Made(
        Tile(data, media_type, etag, gzipped, tuple(thinned)),
        Snapshot.parse(told["snapshot"]),
        frozenset(told["collections"]),
        None if told["cells"] is None else CellBox(*told["cells"]),
    )


def version() -> str:
    """Name of the code that makes tiles, by when its files were written."""
    root = Path(__file__).resolve().parent.parent
    digest = hashlib.blake2b(digest_size=8)
    for package in ("tiles", "twin"):
        for pattern in _CODE:
            for path in sorted((root / package).rglob(pattern)):
                stat = path.stat()
                digest.update(f"{path}:{stat.st_mtime_ns}:{stat.st_size};".encode())
    return digest.hexdigest()

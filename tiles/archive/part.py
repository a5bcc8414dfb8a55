"""A finished chunk as a file: tiles one after another, then where each is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import orjson
from numpy.typing import NDArray
from pmtiles.tile import zxy_to_tileid

from tiles.address import TileCoord
from tiles.tile import Tile
from twin.errors import SourceUnreadable

ENTRY = np.dtype([("tile_id", "<u8"), ("offset", "<u8"), ("length", "<u4")])
_MAGIC = b"twinpart"
_FOOT = np.dtype([("entries", "<u8"), ("trailer", "<u8"), ("magic", "S8")])


@dataclass(frozen=True, slots=True)
class Part:
    """What was made of a chunk.

    Attributes
    ----------
    path : Path
        Its file.
    entries : structured array
        `tile_id`, `offset`, `length` of each tile, ascending.
    xmin : int
        Everything below is shown.
    thinned : dict
        By `z/x/y`: what a tile leaves out.
    unmade : list of str
        `z/x/y` of tiles that are too full however much they are thinned.
    """

    path: Path
    entries: NDArray[np.void]
    xmin: int
    thinned: dict[str, list[str]]
    unmade: list[str]


class PartWriter:
    """Writes a part, tile by tile in the order of their ids.

    Parameters
    ----------
    file : binary file
        Where to; is not closed.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._entries: list[tuple[int, int, int]] = []
        self._at = 0
        self.thinned: dict[str, list[str]] = {}
        self.unmade: list[str] = []

    def add(self, coord: TileCoord, tile: Tile) -> None:
        """Write a tile; an empty one is left out."""
        name = f"{coord.z}/{coord.x}/{coord.y}"
        if tile.thinned:
            self.thinned[name] = list(tile.thinned)
        if tile.empty:
            return
        self._file.write(tile.data)
        self._entries.append((zxy_to_tileid(coord.z, coord.x, coord.y), self._at, len(tile.data)))
        self._at += len(tile.data)

    def finish(self, xmin: int) -> int:
        """Write where the tiles are; how many there are."""
        entries = np.array(self._entries, ENTRY)
        said = {"xmin": xmin, "thinned": self.thinned, "unmade": self.unmade}
        trailer = orjson.dumps(said, option=orjson.OPT_SORT_KEYS)
        self._file.write(entries.tobytes() + trailer)
        self._file.write(np.array((len(entries), len(trailer), _MAGIC), _FOOT).tobytes())
        return len(entries)


def read_part(path: Path) -> Part:
    """Open a part.

    Raises
    ------
    SourceUnreadable
        It is not a whole one.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - _FOOT.itemsize))
        data = file.read()
        if len(data) < _FOOT.itemsize or not data.endswith(_MAGIC):
            raise SourceUnreadable(f"'{path.name}' is no finished part of a bake; bake anew with --fresh")
        foot = np.frombuffer(data, _FOOT)[0]
        many, trailer = int(foot["entries"]), int(foot["trailer"])
        at = size - _FOOT.itemsize - trailer - many * ENTRY.itemsize
        if at < 0:
            raise SourceUnreadable(f"'{path.name}' is cut short; bake anew with --fresh")
        file.seek(at)
        entries = np.frombuffer(file.read(many * ENTRY.itemsize), ENTRY)
        said = orjson.loads(file.read(trailer))
    return Part(path, entries, said["xmin"], said["thinned"], said["unmade"])


def merged(parts: Iterable[Part], min_zoom: int, max_zoom: int) -> Iterable[tuple[int, Part, int, int]]:
    """Tiles of all parts by their ids: id, part, offset, length. Memory for one zoom at a time."""
    several = list(parts)
    for zoom in range(min_zoom, max_zoom + 1):
        first, last = (np.uint64(((1 << (2 * z)) - 1) // 3) for z in (zoom, zoom + 1))
        found = []
        for i, part in enumerate(several):
            a, b = np.searchsorted(part.entries["tile_id"], (first, last))
            if a < b:
                found.append((i, part.entries[a:b]))
        if not found:
            continue
        entries = np.concatenate([one for _, one in found])
        owners = np.repeat([i for i, _ in found], [len(one) for _, one in found])
        for k in np.argsort(entries["tile_id"], kind="stable"):
            tile_id, offset, length = entries[k].item()
            yield tile_id, several[owners[k]], offset, length

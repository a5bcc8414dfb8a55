"""Which chunks a bake has: places whose rows fit the memory, and single tiles above them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from pmtiles.tile import zxy_to_tileid

from tiles.address import Box, TileCoord
from tiles.archive.lineage import snapshot_now
from tiles.archive.request import BakeRequest
from tiles.storage import storage_box
from tiles.touch import CellBox
from tiles.vector.layers import Layer
from tiles.vector.source import BUFFER, access_classes
from twin.cells import CELL_M
from twin.crs import WGS84, transformer
from twin.database.connection import Database
from twin.database.statements import statement

_ROW_BYTES = 220
"""What a row takes in a copy besides its shape: ids, boxes, codes and values (measured: 190 to 260)."""
_PER_STORED_BYTE = 1.2
"""Bytes of a shape in a copy for one in the table."""
_TABLE_BYTES_MOST = 2
"""A layer whose table is this many times a chunk is unlikely to fit one."""
_MB = 1 << 20


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of work that is done at once.

    Attributes
    ----------
    root : TileCoord
        Where.
    whole : bool
        All wanted tiles of the root and below it, whose rows fit the memory; False: the root alone.
    weight : int
        Bytes its rows would take.
    """

    root: TileCoord
    whole: bool
    weight: int

    @property
    def key(self) -> str:
        """Name of its part."""
        return f"{self.root.z}-{self.root.x}-{self.root.y}{'' if self.whole else '-alone'}"


@dataclass(frozen=True, slots=True)
class Plan:
    """All chunks, in the order of places, and what the census they stand on could see.

    Attributes
    ----------
    chunks : tuple of Chunk
        Together every tile that is not empty.
    xmin : int
        Everything below is seen: what is in no chunk was empty.
    bounds : tuple of float
        West, south, east, north of what there is, degrees.
    """

    chunks: tuple[Chunk, ...]
    xmin: int
    bounds: Box

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        chunks = [[c.root.z, c.root.x, c.root.y, c.whole, c.weight] for c in self.chunks]
        return {"chunks": chunks, "xmin": self.xmin, "bounds": list(self.bounds)}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Plan:
        """Read what `as_dict` wrote."""
        chunks = tuple(Chunk(TileCoord(z, x, y), whole, w) for z, x, y, whole, w in values["chunks"])
        return cls(chunks, values["xmin"], cast(Box, tuple(values["bounds"])))


@dataclass(frozen=True, slots=True)
class _Census:
    """Boxes of cells (west, south, east, north) and the bytes of the rows on each."""

    cells: NDArray[np.int64]
    weights: NDArray[np.float64]

    def within(self, box: CellBox) -> _Census:
        """Those that meet a box."""
        west, south, east, north = self.cells.T
        meets = (west <= box.east) & (east >= box.west) & (south <= box.north) & (north >= box.south)
        return _Census(self.cells[meets], self.weights[meets])


def plan(database: Database, request: BakeRequest) -> Plan:
    """Count what there is and cut it into chunks, the same ones for the same data.

    Parameters
    ----------
    database : Database
        With no limit on the time of a statement.
    request : BakeRequest
        What is baked.
    """
    seen = snapshot_now(database)
    census = _small(database, request) or _census(database, request)
    if not len(census.cells):
        return Plan((), seen.xmin, request.region or (0.0, 0.0, 0.0, 0.0))
    chunks = list(_cut(census, TileCoord(0, 0, 0), request, database.srid))
    chunks.sort(key=lambda one: (one.root.z, zxy_to_tileid(one.root.z, one.root.x, one.root.y)))
    return Plan(tuple(chunks), seen.xmin, request.region or _bounds(census, database.srid))


def _small(database: Database, request: BakeRequest) -> _Census | None:
    """One cell a layer, where all layers together fit one chunk; else None.

    Where a row is matters only to the cut, and what fits is not cut: the chunk is the same one.
    """
    room = request.chunk_mb * _MB
    sizes = [int(database.scalar(_sql("census_size", one.collection.name)) or 0) for one in _counted(request)]
    # a table holds more than its shapes: who is larger than that is counted once, and by cells
    if sum(sizes) > _TABLE_BYTES_MOST * room:
        return None
    census = _census(database, request, "census_whole")
    return census if int(census.weights.sum()) <= room else None


def _counted(request: BakeRequest) -> list[Layer]:
    return [one for one in request.layers() if one.collection.min_zoom <= request.max_zoom]


def _sql(name: str, layer: str) -> str:
    return statement("tiles.archive", name).replace("{name}", layer)


def _census(database: Database, request: BakeRequest, name: str = "census") -> _Census:
    cells, weights = [np.zeros((0, 4), np.int64)], [np.zeros(0)]
    for one in _counted(request):
        binds = {"access": access_classes(request.context)}
        rows = database.rows(_sql(name, one.collection.name), binds)
        if rows:
            cells.append(np.array([[r["west"], r["south"], r["east"], r["north"]] for r in rows]))
            weights.append(
                np.array([r["rows"] * _ROW_BYTES + r["bytes"] * _PER_STORED_BYTE for r in rows], float)
            )
    return _Census(np.concatenate(cells), np.concatenate(weights))


def _cut(census: _Census, coord: TileCoord, request: BakeRequest, srid: int) -> Iterator[Chunk]:
    box = storage_box(coord, srid, BUFFER)
    if box is None or not request.meets(coord):
        return
    found = census.within(CellBox.of(box))
    weight = int(found.weights.sum())
    if not len(found.cells):
        return
    if weight <= request.chunk_mb * _MB:
        yield Chunk(coord, True, weight)
        return
    if coord.z >= request.min_zoom:
        yield Chunk(coord, False, weight)
    if coord.z < request.max_zoom:
        for child in children(coord):
            yield from _cut(found, child, request, srid)


def children(coord: TileCoord) -> tuple[TileCoord, ...]:
    """The four tiles a tile falls into."""
    z, x, y = coord.z + 1, coord.x * 2, coord.y * 2
    return tuple(TileCoord(z, x + i, y + j) for j in (0, 1) for i in (0, 1))


def _bounds(census: _Census, srid: int) -> Box:
    west, south = census.cells[:, :2].min(0) * CELL_M
    east, north = (census.cells[:, 2:].max(0) + 1) * CELL_M
    found = transformer(srid, WGS84).transform_bounds(west, south, east, north)
    return tuple(round(value, 6) for value in found)  # type: ignore[return-value]

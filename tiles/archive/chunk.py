"""The tiles of one chunk, by the makers of the dynamic ones."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

import shapely
import structlog
from pmtiles.tile import zxy_to_tileid

from tiles.address import Box, TileCoord
from tiles.archive.lineage import snapshot_now
from tiles.archive.part import PartWriter
from tiles.archive.plan import Chunk, children
from tiles.archive.request import BakeRequest
from tiles.storage import storage_box
from tiles.tile import MVT, Tile
from tiles.vector.fitting import fitted
from tiles.vector.layers import Layer
from tiles.vector.snapshot.drawing import Copies
from tiles.vector.snapshot.source import public_layers
from tiles.vector.source import BUFFER, PostgisSource, access_classes
from twin.database.connection import Database
from twin.database.statements import statement
from twin.errors import TooLarge, Unprocessable
from twin.live.snapshot import Snapshot

if TYPE_CHECKING:
    from tiles.vector.snapshot.copied import Copied

_log = structlog.get_logger(__name__)
_MB = 1 << 20
_SPARE = 2
"""A copy may be this many times as large as its estimate before the chunk is left to PostGIS."""
_AHEAD = 8
"""Tiles a thread may be ahead of the one that writes."""

Outcome = tuple[TileCoord, Tile | None, bool]
"""Where; the tile, None where it cannot be made small enough; whether anything may show below."""


@dataclass(frozen=True, slots=True)
class ChunkMaker:
    """Makes chunks, one after another.

    Attributes
    ----------
    database : Database
        With no limit on the time of a statement, and a connection a thread.
    request : BakeRequest
        What is baked.
    threads : int
        Tiles made at once.
    """

    database: Database
    request: BakeRequest
    threads: int = 1

    def make(self, chunk: Chunk, file: BinaryIO, report: Callable[[], None] | None = None) -> int:
        """Write the part of a chunk.

        Parameters
        ----------
        chunk : Chunk
            Which.
        file : binary file
            Where to.
        report : callable, optional
            Called after each tile.

        Returns
        -------
        int
            Tiles written.
        """
        # every statement that follows sees at least what this one does
        seen = snapshot_now(self.database)
        writer = PartWriter(file)
        copies = self._copies(chunk) if chunk.whole else None
        with ThreadPoolExecutor(self.threads, "bake") as pool:
            level = [chunk.root]
            while level:
                below: list[TileCoord] = []
                for coord, tile, more in _in_order(pool, self._one(copies), level, self.threads * _AHEAD):
                    if tile is None:
                        writer.unmade.append(f"{coord.z}/{coord.x}/{coord.y}")
                    else:
                        writer.add(coord, tile)
                    if more and chunk.whole and coord.z < self.request.max_zoom:
                        below += [one for one in children(coord) if self.request.meets(one)]
                    if report is not None:
                        report()
                level = sorted(below, key=lambda one: zxy_to_tileid(one.z, one.x, one.y))
        return writer.finish(seen.xmin)

    def _copies(self, chunk: Chunk) -> dict[str, Copied] | None:
        """Rows of every layer; None where PostGIS has to make the tiles."""
        from tiles.vector.snapshot.copied import Copied  # noqa: PLC0415 - brings numba
        from tiles.vector.snapshot.dictionary import Dictionary  # noqa: PLC0415 - as above
        from tiles.vector.snapshot.reading import attributes, read  # noqa: PLC0415 - as above

        layers = self.request.shown(self.request.max_zoom)
        able = {one.collection.name for one in public_layers()}
        if self.request.maker != "memory" or not self.request.public:
            return None
        if not able.issuperset(one.collection.name for one in layers):
            return None
        box = storage_box(chunk.root, self.database.srid, BUFFER)
        left, found = _SPARE * max(self.request.chunk_mb * _MB, chunk.weight), {}
        for one in layers:
            dictionary = Dictionary()
            try:
                rows = read(self.database, one, dictionary, left, box=box)
            except (Unprocessable, TooLarge) as error:
                _log.info("bake_by_postgis", chunk=chunk.key, reason=str(error))
                return None
            copied = Copied.sorted(rows.rows, dictionary, attributes(one))
            left -= copied.nbytes
            found[one.collection.name] = copied
        return found

    def _one(self, copies: dict[str, Copied] | None) -> Callable[[TileCoord], Outcome]:
        if copies is None:
            return self._by_postgis
        return lambda coord: self._from_memory(coord, copies)

    def _by_postgis(self, coord: TileCoord) -> Outcome:
        more = self._anything(coord)
        if not more or coord.z < self.request.min_zoom:
            return coord, _nothing(), more
        source = PostgisSource(self.database, ordered=True)
        try:
            return coord, source.make(self.request.names, coord, self.request.context).tile, True
        except TooLarge as error:
            _log.warning("bake_tile_left_out", tile=str(coord), error=str(error))
            return coord, None, True

    def _anything(self, coord: TileCoord) -> bool:
        """Whether a row is near: what is too small for this zoom may show at a deeper one."""
        box = storage_box(coord, self.database.srid, BUFFER)
        if box is None:
            return False
        binds: dict[str, Any] = dict(zip(("west", "south", "east", "north"), box, strict=True))
        binds |= {"srid": self.database.srid, "access": access_classes(self.request.context)}
        there = statement("tiles.archive", "there")
        return any(
            self.database.scalar(there.replace("{name}", one.collection.name), binds)
            for one in self.request.shown(self.request.max_zoom)
        )

    def _from_memory(self, coord: TileCoord, copies: dict[str, Copied]) -> Outcome:
        box = storage_box(coord, self.database.srid, BUFFER)
        if box is None:
            return coord, _nothing(), False
        everything = self.request.shown(self.request.max_zoom)
        drawing = _over(everything, copies, coord, box)
        if not drawing.many:
            return coord, _nothing(), False
        shown = self.request.shown(coord.z)
        if coord.z < self.request.min_zoom or not shown:
            return coord, _nothing(), True
        if len(shown) < len(everything):
            drawing = _over(shown, copies, coord, box)
        try:
            return coord, fitted(shown, coord, drawing).tile, True
        except TooLarge as error:
            _log.warning("bake_tile_left_out", tile=str(coord), error=str(error))
            return coord, None, True
        except shapely.errors.GEOSException:
            # as for the dynamic tile: a shape GEOS cannot repair here is one for the other maker
            return self._by_postgis(coord)


_UNSTATED = Snapshot(1, 1)
"""The chunk states what its rows were read in, not every tile."""


def _over(layers: tuple[Layer, ...], copies: dict[str, Copied], coord: TileCoord, box: Box) -> Copies:
    return Copies.over(layers, [copies[one.collection.name] for one in layers], coord, box, _UNSTATED)


def _nothing() -> Tile:
    return Tile.compressed(b"", MVT)


def _in_order(
    pool: ThreadPoolExecutor, make: Callable[[TileCoord], Outcome], coords: Iterable[TileCoord], ahead: int
) -> Iterator[Outcome]:
    """Outcomes in the order asked, with a bounded number waiting."""
    waiting: deque[Future[Outcome]] = deque()
    for coord in coords:
        waiting.append(pool.submit(make, coord))
        if len(waiting) > ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()

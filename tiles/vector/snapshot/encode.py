"""One layer of one tile from its copy."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import shapely

from tiles.address import Box, TileCoord
from tiles.source import PUBLIC
from tiles.vector.layers import PIXELS, Layer
from tiles.vector.snapshot.copied import Copied
from tiles.vector.snapshot.kernel.draw import draw
from tiles.vector.snapshot.kernel.layout import lay_out
from tiles.vector.snapshot.kernel.place import POINT
from tiles.vector.snapshot.kernel.search import search
from tiles.vector.snapshot.repair import repaired
from tiles.vector.snapshot.rows import Array
from tiles.vector.thinning import Thinning

EXTENT = 4096


@dataclass(frozen=True, slots=True)
class Encoder:
    """A layer of a tile, as often as it takes to make it fit.

    Attributes
    ----------
    layer : Layer
        Which.
    copied : Copied
        Its rows.
    coord : TileCoord
        Where.
    found : int64 array
        Rows whose box meets the tile with its margin.
    access : tuple of str
        Access classes of who looks; decide which attributes travel.
    """

    layer: Layer
    copied: Copied
    coord: TileCoord
    found: Array
    access: tuple[str, ...] = PUBLIC.access

    @classmethod
    def over(cls, layer: Layer, copied: Copied, coord: TileCoord, box: Box) -> Encoder:
        """Find the rows of a tile; `box` is its place in the storage CRS, with the margin."""
        return cls(layer, copied, coord, search(copied.keys, copied.rows.boxes, copied.alive, *box))

    def encode(self, thinning: Thinning, *, full: bool) -> tuple[bytes, int]:
        """Bytes of the layer, and how many features the rule left out.

        Parameters
        ----------
        thinning : Thinning
            What is left out.
        full : bool
            Whether the tile is thinned beyond the rule of its zoom.
        """
        rows = self.copied.rows
        small = self._small(thinning, full=full)
        shown = self.found[~small]
        west, _, _, north = self.coord.mercator()
        rule = self.layer.rule(self.coord.z)
        plain = self.layer.collection.geometry in ("Point", "Geometry")
        drawn, ends, commands, doubtful, *doubts = draw(
            shown, rows.kinds, rows.invalid, rows.row_part, rows.part_point, rows.part_hole, rows.xy,
            west, north, self.coord.side_m / EXTENT,
            0.0 if plain else rule.tolerance_px * EXTENT / PIXELS,
        )  # fmt: skip
        if len(doubtful):
            more_ends, more = repaired(*doubts, lambda i: self._whole(int(doubtful[i])))
            left = np.diff(more_ends) > 0
            drawn = np.concatenate([drawn, doubtful[left]])
            ends = np.concatenate([ends, more_ends[1:][left] + len(commands)])
            commands = np.concatenate([commands, more])
        return self._message(drawn, ends, commands), int(np.count_nonzero(small))

    def _whole(self, row: int) -> shapely.MultiPolygon | None:
        """A polygon in units of the tile, neither clipped nor rounded; None: it is invalid."""
        rows = self.copied.rows
        if rows.invalid[row]:
            return None
        first, last = rows.row_part[row], rows.row_part[row + 1]
        points = rows.part_point[first : last + 1]
        west, _, _, north = self.coord.mercator()
        unit = self.coord.side_m / EXTENT
        xy = (rows.xy[points[0] : points[-1]] - (west, north)) / (unit, -unit)
        outer = np.append(np.flatnonzero(rows.part_hole[first:last] == 0), last - first)
        (whole,) = shapely.from_ragged_array(
            shapely.GeometryType.MULTIPOLYGON, xy, (points - points[0], outer, np.array([0, len(outer) - 1]))
        )
        # of a ring within the tile nobody asked before
        return whole if whole.is_valid else None

    def side_m(self, below: float, min_m: float) -> float:
        """Side of which the share `1 - below` of what is at least `min_m` is larger, as `percentile_disc`."""
        sides_m = self.copied.rows.sides_m[self.found]
        sides_m = np.sort(sides_m[sides_m >= min_m])
        if not len(sides_m):
            return 0.0
        return float(sides_m[max(0, int(np.ceil(below * len(sides_m))) - 1)])

    def _small(self, thinning: Thinning, *, full: bool) -> Array:
        rows, kind = self.copied.rows, self.layer.collection.geometry
        if kind == "Point":
            if full:
                return rows.lots[self.found] >= thinning.lots
        elif self.layer.rule(self.coord.z).min_px or full:
            small = rows.sides_m[self.found] < thinning.min_m
            if full:
                small |= rows.lots[self.found] >= thinning.sized_lots
            if kind != "Geometry":
                return small
            by_lot = rows.lots[self.found] >= thinning.lots
            return np.where(rows.kinds[self.found] == POINT, by_lot, small)
        return np.zeros(len(self.found), np.bool_)

    def _message(self, drawn: Array, ends: Array, commands: Array) -> bytes:
        if not len(drawn):
            return b""
        rows, dictionary = self.copied.rows, self.copied.dictionary
        columns, head, keys = _frame(self.layer, self.coord.z, self.access, self.copied.names)
        features, values = lay_out(
            drawn, ends, commands, rows.kinds, rows.ids, rows.codes, columns,
            dictionary.start, dictionary.bytes,
        )  # fmt: skip
        body = b"".join((head, features.tobytes(), keys, values.tobytes(), _TAIL))
        return b"\x1a" + _varint(len(body)) + body


@lru_cache(maxsize=4096)
def _frame(
    layer: Layer, zoom: int, access: tuple[str, ...], kept: tuple[str, ...]
) -> tuple[Array, bytes, bytes]:
    """What is the same in every tile of a layer: where its columns are, its name and its keys as bytes."""
    names = [c.name for c in layer.columns(zoom, access)]
    names += [extra.name for extra in layer.extras]
    columns = np.array([kept.index(each) for each in names], np.int64)
    return columns, _text(0x0A, layer.collection.name), b"".join(_text(0x1A, each) for each in names)


def _text(key: int, text: str) -> bytes:
    data = text.encode()
    return bytes((key,)) + _varint(len(data)) + data


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


_TAIL = b"\x28" + _varint(EXTENT) + b"\x78\x02"
"""The extent, and version 2."""

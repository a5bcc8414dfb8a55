"""`BakeRequest`: what an archive shall hold."""

from __future__ import annotations

import hashlib
import re
from dataclasses import asdict, dataclass
from typing import Any, Literal, cast

import orjson

from tiles.address import MAX_ZOOM, Box, TileCoord
from tiles.source import PUBLIC, Context
from tiles.vector import fitting, layers
from tiles.vector.composing import tile_sql
from tiles.vector.layers import Layer, layer
from twin.errors import InvalidParameter

Maker = Literal["memory", "postgis"]
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


@dataclass(frozen=True, slots=True)
class BakeRequest:
    """What is baked; the same request on the same data makes the same bytes.

    Attributes
    ----------
    name : str
        Of the archive: small letters, digits, `-` and `_`.
    names : tuple of str
        Collections, in drawing order; a tile holds all of them.
    min_zoom, max_zoom : int
        Zooms, both included.
    region : tuple of float, or None
        West, south, east, north in degrees; tiles that meet it are baked, whole. None: everywhere.
    access : tuple of str
        Access classes of those the archive is for, sorted.
    chunk_mb : int
        Memory the rows of one chunk may take.
    maker : str
        `memory`, from copies of the rows where they can be drawn from those, or `postgis`.
    """

    name: str
    names: tuple[str, ...]
    min_zoom: int
    max_zoom: int
    region: Box | None = None
    access: tuple[str, ...] = PUBLIC.access
    chunk_mb: int = 256
    maker: Maker = "memory"

    @classmethod
    def checked(cls, *, min_zoom: int | None, max_zoom: int | None, **values: Any) -> BakeRequest:
        """Make a request that can be met; zooms left out are those of the layers.

        Raises
        ------
        InvalidParameter
            A value is out of range; names it.
        NotFound, Forbidden
            A layer does not exist or is not for these access classes.
        """
        check_name(values["name"])
        names, access = values["names"], values.get("access", PUBLIC.access)
        if not names or len(set(names)) < len(names):
            raise InvalidParameter("collections", "name at least one layer, and none twice")
        found = [layer(name, access).collection for name in names]
        low = min(one.min_zoom for one in found) if min_zoom is None else min_zoom
        high = max(one.max_zoom for one in found) if max_zoom is None else max_zoom
        if not 0 <= low <= high <= MAX_ZOOM:
            raise InvalidParameter("--zooms", f"{low}-{high} is no range within 0-{MAX_ZOOM}")
        region = values.get("region")
        if region is not None and not (
            -180 <= region[0] < region[2] <= 180 and -90 <= region[1] < region[3] <= 90
        ):
            raise InvalidParameter("--region", "must be west,south,east,north in degrees")
        if values.get("chunk_mb", 1) < 1:
            raise InvalidParameter("--chunk-mb", "must be at least 1")
        return cls(min_zoom=low, max_zoom=high, **values)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> BakeRequest:
        """Read what `as_dict` wrote."""
        region = values["region"]
        return cls(
            **{
                **values,
                "names": tuple(values["names"]),
                "access": tuple(values["access"]),
                "region": None if region is None else cast(Box, tuple(region)),
            }
        )

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return asdict(self)

    @property
    def context(self) -> Context:
        """Who looks."""
        return Context(self.access)

    @property
    def public(self) -> bool:
        """Whether anybody may have the archive."""
        return not self.context.restricted

    def layers(self) -> list[Layer]:
        """Layers, in order."""
        return [layer(name, self.access) for name in self.names]

    def reads(self) -> frozenset[str]:
        """Names in the touch log whose changes show."""
        return frozenset[str]().union(*(one.reads for one in self.layers()))

    def shown(self, zoom: int) -> tuple[Layer, ...]:
        """Layers a zoom shows."""
        return tuple(one for one in self.layers() if one.collection.min_zoom <= zoom)

    def meets(self, coord: TileCoord) -> bool:
        """Whether a tile is wanted by its place."""
        return self.region is None or meets(coord, self.region)


def meets(coord: TileCoord, region: Box) -> bool:
    """Whether a tile meets a region; west, south, east, north in degrees."""
    west, south, east, north = coord.lonlat()
    return west < region[2] and east > region[0] and south < region[3] and north > region[1]


def check_name(name: str) -> None:
    """Refuse what is no name of an archive.

    Raises
    ------
    InvalidParameter
        It could be another path.
    """
    if _NAME.fullmatch(name) is None:
        raise InvalidParameter("name", f"'{name[:80]}' must be of small letters, digits, - and _, up to 64")


def recipe(names: tuple[str, ...], access: tuple[str, ...], min_zoom: int, max_zoom: int) -> str:
    """Hash of all that decides what tiles of these layers show, besides the rows.

    An archive of another recipe, of another version of the server, is not served as today's tiles.
    """
    digest = hashlib.blake2b(digest_size=12)
    digest.update(orjson.dumps([fitting.LIMIT_BYTES, layers.PIXELS]))
    for zoom in range(min_zoom, max_zoom + 1):
        shown = tuple(name for name in names if layer(name, access).collection.min_zoom <= zoom)
        rules = [asdict(layer(name, access).rule(zoom)) for name in shown]
        sql = tile_sql(shown, zoom=zoom, access=access, past=False, full=frozenset(), plane=True)
        digest.update(orjson.dumps([zoom, rules, sql]))
    return digest.hexdigest()

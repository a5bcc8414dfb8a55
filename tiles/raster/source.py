"""Terrain, hillshade and imagery tiles of registered rasters."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

from rasterio.errors import RasterioIOError

from tiles.address import TileCoord
from tiles.kept import Kept
from tiles.raster.contours import NAME as CONTOURS
from tiles.raster.contours import contour_tilejson, contours, interval_for
from tiles.raster.coverage import Coverage, coverage
from tiles.raster.geodetic import GeodeticTile
from tiles.raster.layer import layer
from tiles.raster.picture import hillshade, png, rgba, terrain_rgb
from tiles.raster.quantized import MEDIA_TYPE, quantized_mesh
from tiles.raster.relief import relief
from tiles.tile import MVT, PNG, Tile, content_hash
from twin.database.connection import Database
from twin.database.statements import statement
from twin.errors import InvalidParameter, NotFound, Unavailable
from twin.settings import Settings

SIZES = (256, 512)
"""Pixels a side a tile may have."""
DEFAULT_SIZE = 512
_OVER_ZOOM = 2
"""Zooms beyond the raster's own that are still computed; clients stretch from there."""


class RasterSource:
    """Tiles of every registered raster of this process.

    The row of a raster is read at each request and its file is named by its content, so a
    raster that was loaded anew is shown at once and a cached tile can never be of the old one.

    Parameters
    ----------
    database : Database
        Where rasters are registered.
    settings : Settings
        State directory; a quarter of `tile_cache_mb` bounds the memory.
    """

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._state_dir = settings.state_dir
        self._geoid_offset_m = settings.geoid_offset_m
        self.kept = Kept(settings.tile_cache_mb * 1024 * 1024 // 4)

    def terrain(self, name: str, coord: TileCoord, size: int = DEFAULT_SIZE) -> Tile:
        """Heights of an elevation model as Mapbox terrain-RGB.

        Raises
        ------
        NotFound
            There is no elevation model of that name.
        InvalidParameter
            Not a size there is.
        """
        return self._tile("terrain", self._coverage(name, "elevation"), coord, size)

    def picture(self, name: str, coord: TileCoord, size: int = DEFAULT_SIZE) -> Tile:
        """Hillshade of an elevation model, or the colours of an image.

        Raises
        ------
        NotFound
            There is no raster of that name.
        InvalidParameter
            Not a size there is.
        """
        return self._tile("picture", self._coverage(name), coord, size)

    def mesh(self, name: str, place: GeodeticTile) -> Tile:
        """Ground of an elevation model as quantized-mesh-1.0 with normals, heights above the ellipsoid.

        Raises
        ------
        NotFound
            There is no elevation model of that name, or none of it in that tile.
        """
        found = self._coverage(name, "elevation")
        if not place.meets(found.box):
            raise NotFound(f"elevation model '{name}' has no tile {place.z}/{place.x}/{place.y}")

        def encode() -> Tile:
            return Tile.compressed(quantized_mesh(relief(found, place, self._geoid_offset_m)), MEDIA_TYPE)

        return self._made(found, ("mesh", place), encode)

    def contours(self, name: str, coord: TileCoord, interval_m: float | None = None) -> Tile:
        """Lines of equal height of an elevation model as a vector tile; empty where there are none.

        Parameters
        ----------
        name : str
            The elevation model.
        coord : TileCoord
            Which tile.
        interval_m : float, optional
            Between two lines; by default what suits the zoom.

        Raises
        ------
        NotFound
            There is no elevation model of that name.
        """
        found = self._coverage(name, "elevation")
        wanted = interval_m or interval_for(coord.z)

        def draw() -> Tile:
            drawn = contours(found, coord, wanted)
            thinned = (f"{CONTOURS};interval_m={drawn.interval_m:g}",) if drawn.thinned else ()
            return Tile.compressed(drawn.data, MVT, thinned)

        return self._made(found, (CONTOURS, coord, wanted), draw)

    def contour_tilejson(self, name: str, base_url: str, interval_m: float | None = None) -> dict[str, Any]:
        """TileJSON 3.0 of the contours of an elevation model.

        Parameters
        ----------
        name : str
            The elevation model.
        base_url : str
            Scheme, host and prefix of the server, without a slash at the end.
        interval_m : float, optional
            Between two lines, at every zoom.
        """
        found = self._coverage(name, "elevation")
        return contour_tilejson(found, _version(found), base_url, interval_m)

    def layer(self, name: str) -> dict[str, Any]:
        """`layer.json` of the meshes of an elevation model.

        Raises
        ------
        NotFound
            There is no elevation model of that name.
        """
        found = self._coverage(name, "elevation")
        return layer(found, _version(found))

    def tilejson(self, route: str, name: str, base_url: str, size: int = DEFAULT_SIZE) -> dict[str, Any]:
        """TileJSON 3.0, with `tileSize` and `encoding` as MapLibre reads them.

        Parameters
        ----------
        route : str
            `terrain` or `raster`.
        name : str
            The raster.
        base_url : str
            Scheme, host and prefix of the server, without a slash at the end.
        size : int
            Pixels a side.
        """
        _check(size)
        found = self._coverage(name, "elevation" if route == "terrain" else None)
        # the content is part of the address: a reloaded raster is asked anew by every client
        address = f"{base_url}/{route}/{name}/{{z}}/{{x}}/{{y}}.png?v={_version(found)}"
        west, south, east, north = found.box
        document: dict[str, Any] = {
            "tilejson": "3.0.0",
            "name": name,
            "scheme": "xyz",
            "tiles": [address if size == DEFAULT_SIZE else f"{address}&size={size}"],
            "tileSize": size,
            "minzoom": 0,
            "maxzoom": min(found.zoom(size) + _OVER_ZOOM, 22),
            "bounds": list(found.box),
            "center": [(west + east) / 2, (south + north) / 2, max(0, found.zoom(size) - 2)],
            "vector_layers": [],
        }
        if route == "terrain":
            document["encoding"] = "mapbox"
        return document

    def _coverage(self, name: str, kind: str | None = None) -> Coverage:
        row = self._database.row(statement("tiles.raster", "coverage"), {"name": name})
        if row is None or kind not in (None, row["kind"]):
            what = "elevation model" if kind else "raster"
            raise NotFound(f"there is no {what} '{name[:80]}'; /api/coverages lists them")
        return coverage(row, self._state_dir)

    def _tile(self, what: str, found: Coverage, coord: TileCoord, size: int) -> Tile:
        _check(size)

        def draw() -> Tile:
            data = _draw(what, found, coord, size)
            return Tile(data, PNG, content_hash(data))

        return self._made(found, (what, coord, size), draw)

    def _made(self, found: Coverage, what: tuple[Hashable, ...], make: Callable[[], Tile]) -> Tile:
        try:
            return self.kept.get((str(found.path), *what), make)
        except RasterioIOError as error:
            raise Unavailable(f"the file of raster '{found.name}' cannot be read; load it again") from error


def _draw(what: str, found: Coverage, coord: TileCoord, size: int) -> bytes:
    if what == "terrain":
        return png(terrain_rgb(found.heights(coord, size)))
    if found.kind == "imagery":
        return png(rgba(found.colours(coord, size)))
    return png(hillshade(found.heights(coord, size, margin=1), coord.pixels_m(size)[:, None]))


def _version(found: Coverage) -> str:
    return found.path.stem.rpartition("-")[2]


def _check(size: int) -> None:
    if size not in SIZES:
        raise InvalidParameter("size", f"{size} is none of {', '.join(map(str, SIZES))}")

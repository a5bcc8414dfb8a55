"""Tilesets and contents of every registered point cloud."""

from __future__ import annotations

from typing import Any

import numpy as np
import orjson

from tiles.kept import Kept
from tiles.points.cloud import Cloud, Place, cloud
from tiles.points.colours import COLOURS
from tiles.points.glb import points_glb
from tiles.solids.bounds import box_of
from tiles.tile import GLB, JSON, Tile
from twin.database.connection import Database
from twin.database.statements import statement
from twin.errors import InvalidParameter, NotFound, Unavailable
from twin.settings import Settings

_ROOT = (0, 0, 0, 0)
_ERROR = 28.0
"""A tile is refined where its edge is so many times 16 pixels: its points, 200 a side where they lie
on a surface, stand two pixels apart then."""
_MARGIN_M = 0.02


class PointSource:
    """3D Tiles of point clouds.

    The row of a cloud is read at each request and its folder is named by its content, so a cloud
    that was loaded anew is shown at once and a cached tile can never be of the old one.

    Parameters
    ----------
    database : Database
        Where clouds are registered.
    settings : Settings
        State directory and geoid offset; an eighth of `tile_cache_mb` bounds the memory.
    """

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._state_dir = settings.state_dir
        self._geoid_offset_m = settings.geoid_offset_m
        self.kept = Kept(settings.tile_cache_mb * 1024 * 1024 // 8)

    def tileset(self, name: str, colour: str | None = None) -> Tile:
        """`tileset.json`.

        Parameters
        ----------
        name : str
            The cloud.
        colour : str, optional
            `class`, `height` or `own`; by default its own where it has some, else by height.

        Raises
        ------
        NotFound
            There is no point cloud of that name.
        InvalidParameter
            Not a colour there is, or points have none of their own.
        """
        found, version = self._cloud(name)
        shade = _colour(found, colour)

        def write() -> Tile:
            document = _tileset(found, version, shade, found.transform(self._geoid_offset_m))
            return Tile.compressed(orjson.dumps(document), JSON)

        return self.kept.get((str(found.folder), shade), write)

    def content(self, name: str, place: Place, colour: str | None = None) -> Tile:
        """Points of one tile.

        Raises
        ------
        NotFound
            There is no such point cloud, or no such tile in it.
        InvalidParameter
            Not a colour there is, or points have none of their own.
        """
        found, _ = self._cloud(name)
        shade = _colour(found, colour)
        node = found.nodes.get(place)
        if node is None or not node.count:
            raise NotFound(f"point cloud '{name}' has no such tile; take addresses from tileset.json")

        def encode() -> Tile:
            try:
                points = found.points(node)
            except OSError as error:
                raise _lost(name) from error
            data = points_glb(points, shade, found.facts["low_m"], found.facts["high_m"])
            return Tile.compressed(data, GLB)

        return self.kept.get((str(found.folder), shade, place), encode)

    def _cloud(self, name: str) -> tuple[Cloud, str]:
        row = self._database.row(statement("tiles.points", "cloud"), {"name": name})
        if row is None:
            raise NotFound(f"there is no point cloud '{name[:80]}'; /api/pointclouds lists them")
        folder = self._state_dir / row["path"]
        try:
            return cloud(folder), folder.name.rpartition("-")[2]
        except OSError as error:
            raise _lost(name) from error


def _lost(name: str) -> Unavailable:
    return Unavailable(f"the files of point cloud '{name}' cannot be read; load it again")


def _colour(found: Cloud, colour: str | None) -> str:
    own = bool(found.facts["coloured"])
    if colour is None:
        return "own" if own else "height"
    if colour not in COLOURS:
        raise InvalidParameter("colour", f"'{colour[:40]}' is none of {', '.join(COLOURS)}")
    if colour == "own" and not own:
        raise InvalidParameter("colour", "the points have no colours of their own; take class or height")
    return colour


def _tileset(found: Cloud, version: str, colour: str, transform: list[float]) -> dict[str, Any]:
    # children stand before their parents, so a tree of any depth needs no recursion
    tiles: dict[Place, dict[str, Any]] = {}
    for place, node in found.nodes.items():
        box = node.box + np.array([[-_MARGIN_M], [_MARGIN_M]])
        tile: dict[str, Any] = {
            "boundingVolume": {"box": box_of(box)},
            "geometricError": found.side_m / 2 ** place[0] / _ERROR if node.children else 0.0,
        }
        if node.count:
            address = ".".join(map(str, place))
            tile["content"] = {"uri": f"content/{address}.glb?colour={colour}&v={version}"}
        if node.children:
            tile["children"] = [tiles.pop(child) for child in node.children]
        tiles[place] = tile
    root = tiles[_ROOT]
    return {
        "asset": {"version": "1.1"},
        "geometricError": found.side_m,
        "root": {**root, "transform": transform, "refine": "ADD"},
    }

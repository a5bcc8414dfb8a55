"""Read a point cloud through and write its tiles; runs in a limited child process."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import laspy
import lazrs
import numpy as np
import numpy.typing as npt
import orjson
from pyproj.exceptions import CRSError

from loaders.pointcloud.lots import Cube
from loaders.pointcloud.octree import Octree
from loaders.pointcloud.place import Tangent, Way, name, vertical
from loaders.pointcloud.point import CLOUD, NODES, POINT, POINTS
from twin.errors import NotGeoreferenced, SourceUnreadable, Unprocessable

RESULT = "cloud"
"""Folder of the result in the scratch folder."""
_CHUNK = 500_000
_MM = 1000.0
_FURTHEST_MM = 500_000_000
Emit = Callable[[dict[str, Any]], None]


def convert(
    scratch: Path, emit: Emit, *, path: str, crs: str | None, geoid_offset_m: float
) -> dict[str, Any]:
    """Check a point cloud and write its tiles into the folder `cloud`.

    Parameters
    ----------
    scratch : Path
        Where the result is written.
    emit : callable
        Called with ``{"points": done, "of": steps}``; each point is read once and put into its tile once.
    path : str
        LAS, LAZ or COPC.
    crs : str or None
        Declared CRS; overrules the file's.
    geoid_offset_m : float
        Ellipsoidal height minus stored height.

    Returns
    -------
    dict
        Columns of `twin.point_cloud`, and `warnings`.

    Raises
    ------
    SourceUnreadable, NotGeoreferenced, Unprocessable
        The file, its place, or its points cannot be used.
    """
    folder = scratch / RESULT
    folder.mkdir()
    spool = scratch / "all.spool"
    try:
        with laspy.open(path) as reader, spool.open("wb") as out:
            header = reader.header
            if not header.point_count:
                raise Unprocessable("the point cloud has no points")
            way = Way.of(_stated(header), crs, geoid_offset_m)
            middle = (header.mins + header.maxs) / 2
            tangent = Tangent.at(*way.require_plausible(*(float(v) for v in middle)))
            pass_ = _Pass(way, tangent, out)
            for points in reader.chunk_iterator(_CHUNK):
                pass_.add(points)
                emit({"points": pass_.read, "of": 2 * header.point_count})
    except (laspy.errors.LaspyException, lazrs.LazrsError, ValueError, OSError, EOFError) as error:
        raise SourceUnreadable(f"the point cloud cannot be read to its end: {error}") from error
    if pass_.read != header.point_count:
        raise SourceUnreadable(
            f"the point cloud has {pass_.read} points, its header says {header.point_count}: it was cut off"
        )
    if not pass_.kept:
        raise Unprocessable("every point of the cloud is marked as withheld")
    cube = Cube.around(pass_.low, pass_.high)
    _write(scratch, spool, cube, pass_, emit)
    facts = _facts(header, way, pass_, cube, crs is not None)
    (folder / CLOUD).write_bytes(orjson.dumps(facts["cloud"], option=orjson.OPT_INDENT_2))
    return facts


@dataclass(slots=True)
class _Pass:
    """The one reading of the file: points to a spool, and what is true of all of them."""

    way: Way
    tangent: Tangent
    out: BinaryIO
    read: int = 0
    kept: int = 0
    classes: Counter[int] = field(default_factory=Counter)
    low: npt.NDArray[np.int64] = field(default_factory=lambda: np.full(3, 2**62))
    high: npt.NDArray[np.int64] = field(default_factory=lambda: np.full(3, -(2**62)))
    low_m: float = np.inf
    high_m: float = -np.inf
    box: list[float] = field(default_factory=lambda: [np.inf, np.inf, -np.inf, -np.inf])
    deep_colours: bool = False
    coloured: bool = False

    def add(self, points: Any) -> None:
        """Place a chunk and write it."""
        self.read += len(points)
        names = set(points.point_format.dimension_names)
        used = np.asarray(points.withheld) == 0 if "withheld" in names else np.ones(len(points), bool)
        x, y, z = (np.asarray(values, np.float64)[used] for values in (points.x, points.y, points.z))
        if not x.size:
            return
        lon, lat, height_m = self.way.lonlat(x, y, z)
        local = self.tangent.local(lon, lat, height_m + self.way.geoid_offset_m) * _MM
        if not np.isfinite(local).all() or np.abs(local).max() > _FURTHEST_MM:
            raise Unprocessable(
                "points lie over 500 km from the middle of the cloud, or where its CRS has no place; "
                "the header or the CRS is wrong"
            )
        made = np.zeros(len(x), POINT)
        made["place"], made["height_m"] = np.rint(local), height_m
        made["intensity"] = np.asarray(points.intensity)[used]
        made["classification"] = np.asarray(points.classification)[used]
        if "red" in names:
            colours = np.column_stack([np.asarray(points[c])[used] for c in ("red", "green", "blue")])
            self.coloured = self.coloured or bool(colours.any())
            # 16 bits by the specification; many writers put 8 into them
            self.deep_colours = self.deep_colours or bool((colours > 255).any())
            made["colour"] = colours >> 8 if self.deep_colours else colours
        self.out.write(made.tobytes())
        self._note(made, lon, lat)

    def _note(self, made: Any, lon: Any, lat: Any) -> None:
        self.kept += len(made)
        found, counts = np.unique(made["classification"], return_counts=True)
        self.classes.update(dict(zip(found.tolist(), counts.tolist(), strict=True)))
        place = made["place"].astype(np.int64)
        self.low, self.high = (
            np.minimum(self.low, place.min(axis=0)),
            np.maximum(self.high, place.max(axis=0)),
        )
        self.low_m = min(self.low_m, float(made["height_m"].min()))
        self.high_m = max(self.high_m, float(made["height_m"].max()))
        west, south, east, north = self.box
        self.box = [
            min(west, float(lon.min())), min(south, float(lat.min())),
            max(east, float(lon.max())), max(north, float(lat.max())),
        ]  # fmt: skip


def _stated(header: Any) -> Any:
    try:
        return header.parse_crs()
    except CRSError as error:
        raise NotGeoreferenced(
            f"the point cloud states a CRS that PROJ does not know ({error}); declare it with --crs EPSG:..."
        ) from error


def _write(scratch: Path, spool: Path, cube: Cube, pass_: _Pass, emit: Emit) -> None:
    done = 0

    def progress(points: int) -> None:
        nonlocal done
        done += points
        emit({"points": pass_.read + done, "of": pass_.read + pass_.kept})

    with (scratch / RESULT / POINTS).open("wb") as out:
        octree = Octree(out, scratch)
        nodes = octree.build(spool, cube, progress)
    if octree.dropped:
        pass_.way.warnings.append(
            f"{octree.dropped:,} points are left out: they share their cubic millimetre"
        )
    np.save(scratch / RESULT / NODES, nodes)


def _facts(header: Any, way: Way, pass_: _Pass, cube: Cube, declared: bool) -> dict[str, Any]:
    left_out = pass_.read - pass_.kept
    if left_out:
        way.warnings.append(f"{left_out:,} points marked as withheld are left out")
    cloud = {
        "lon": pass_.tangent.lon,
        "lat": pass_.tangent.lat,
        "geoid_offset_m": way.geoid_offset_m,
        "corner_mm": cube.corner,
        "side_mm": cube.side,
        "low_m": pass_.low_m,
        "high_m": pass_.high_m,
        "coloured": pass_.coloured,
    }
    return {
        "cloud": cloud,
        "crs": name(way.system),
        "vertical_crs": vertical(way.system),
        "declared": declared,
        "points": pass_.kept,
        "classes": {str(number): count for number, count in sorted(pass_.classes.items())},
        "coloured": pass_.coloured,
        "low_m": pass_.low_m,
        "high_m": pass_.high_m,
        "box": pass_.box,
        "format": f"LAS {header.version} point format {header.point_format.id}",
        "warnings": way.warnings,
    }

"""Bodies of buildings as the database keeps them, as WKB of their faces."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

Array = npt.NDArray[Any]


def bodies(rows: Sequence[Mapping[str, Any]]) -> tuple[list[bytes], Array]:
    """Faces of each row, as ISO WKB, and the number of the row they belong to.

    A row shows its solid, else those faces it is drawn by, else a prism; and those of its parts.
    """
    found: list[bytes] = []
    counts = np.ones(len(rows), np.int64)
    for i, row in enumerate(rows):
        if row["solid"] is not None and row["part_solids"] is row["part_shells"] is row["part_plans"] is None:
            found.append(row["solid"])
        else:
            before = len(found)
            found += _several(row)
            counts[i] = len(found) - before
    return found, np.repeat(np.arange(len(rows)), counts)


def read_shell(said: Mapping[str, Any]) -> Any:
    """Faces of a body that is no closed solid, as the column `shell` keeps them."""
    corners = np.array(said["vertices"], float).reshape(-1, 3)
    faces = [[corners[ring] for ring in face] for face in said["boundaries"]]
    return shapely.MultiPolygon([shapely.Polygon(rings[0], rings[1:]) for rings in faces])


def prism(footprint: Any, low_m: float, top_m: float) -> Any:
    """A footprint between two heights, as the faces of a closed solid; flat where they are equal.

    For rows that arrived without a solid, by plain SQL for instance.
    """
    parts = shapely.orient_polygons(shapely.get_parts(shapely.force_2d(footprint)))
    roof = shapely.force_3d(parts, top_m)
    if not top_m > low_m:
        return shapely.MultiPolygon(list(roof))
    faces = [*roof, *shapely.reverse(shapely.force_3d(parts, low_m))]
    for ring in shapely.get_rings(parts):
        xy = shapely.get_coordinates(ring)
        low, top = np.c_[xy, np.full(len(xy), low_m)], np.c_[xy, np.full(len(xy), top_m)]
        walls = np.stack([low[:-1], low[1:], top[1:], top[:-1], low[:-1]], axis=1)
        faces += list(shapely.polygons(walls))
    return shapely.MultiPolygon(faces)


def wkb_of(faces: Any) -> bytes:
    """ISO WKB of faces."""
    return bytes(shapely.to_wkb(faces, flavor="iso", byte_order=1))


def _several(row: Mapping[str, Any]) -> Iterator[bytes]:
    if row["solid"] is not None:
        yield row["solid"]
    elif row["shell"] is not None:
        yield wkb_of(read_shell(row["shell"]))
    elif row["footprint"] is not None:
        yield wkb_of(prism(shapely.from_wkb(row["footprint"]), row["low_m"], row["top_m"]))
    yield from row["part_solids"] or ()
    for shell in row["part_shells"] or ():
        yield wkb_of(read_shell(shell))
    for plan, low, top in zip(
        *(row[name] or () for name in ("part_plans", "part_lows_m", "part_tops_m")), strict=True
    ):
        yield wkb_of(prism(shapely.from_wkb(plan), low, top))

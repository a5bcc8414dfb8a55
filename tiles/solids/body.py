"""Bodies of buildings as the database keeps them, as WKB of their faces."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from tiles.solids.table import Table

Array = npt.NDArray[Any]


_PARTS = ("part_solids", "part_shells", "part_plans", "part_lows_m", "part_tops_m")


def bodies(table: Table) -> tuple[list[bytes], Array]:
    """Faces of each building, as ISO WKB, and the number of the one they belong to.

    A building shows its solid, else those faces it is drawn by, else a prism; and those of its parts.
    """
    solids = table["solid"]
    if None not in solids and not any(table.says(name) for name in _PARTS):
        return list(solids), np.arange(len(solids))
    found: list[bytes] = []
    counts = np.ones(len(table), np.int64)
    own = [table[name] for name in ("solid", "shell", "footprint", "low_m", "top_m")]
    parts = [table[name] for name in _PARTS]
    for i, (one, several) in enumerate(zip(zip(*own, strict=True), zip(*parts, strict=True), strict=True)):
        if one[0] is not None and several[0] is several[1] is several[2] is None:
            found.append(one[0])
        else:
            before = len(found)
            found += [*_own(*one), *_of_parts(*several)]
            counts[i] = len(found) - before
    return found, np.repeat(np.arange(len(table)), counts)


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


def _own(solid: Any, shell: Any, footprint: Any, low_m: Any, top_m: Any) -> Iterator[bytes]:
    if solid is not None:
        yield solid
    elif shell is not None:
        yield wkb_of(read_shell(shell))
    elif footprint is not None:
        yield wkb_of(prism(shapely.from_wkb(footprint), low_m, top_m))


def _of_parts(solids: Any, shells: Any, plans: Any, lows_m: Any, tops_m: Any) -> Iterator[bytes]:
    yield from solids or ()
    for shell in shells or ():
        yield wkb_of(read_shell(shell))
    for plan, low, top in zip(plans or (), lows_m or (), tops_m or (), strict=True):
        yield wkb_of(prism(shapely.from_wkb(plan), low, top))

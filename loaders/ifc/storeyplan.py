"""The drawing of a storey: what a plane 1.2 m above its floor cuts, by class."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import Any

import numpy as np
import orjson
import shapely

from loaders.ifc.chunk import Floats, Mesh
from loaders.ifc.plan import cut
from loaders.ifc.scene import Part, Standing

CUT_ABOVE_FLOOR_M = 1.2
_STRAIGHT_M = 0.001
_DECIMALS = 3
_UPRIGHT = 1e-9


class StoreyPlans:
    """Drawings of all storeys of a model, as its meshes come by.

    Lines are kept as the text they are stored as: as Python numbers they take ten times that.

    Parameters
    ----------
    storeys : list of dict
        `global_id`, `elev_m` in model metres and `building` of each; one at no known
        elevation is not cut.
    place : ndarray of shape (4, 4)
        Model metres -> storage CRS.
    """

    def __init__(self, storeys: list[dict[str, Any]], place: Floats) -> None:
        self._place = place
        known = [storey for storey in storeys if storey["elev_m"] is not None]
        self._storeys = [(storey["global_id"], _cut_at(storey)) for storey in known]
        levels: dict[str | None, list[tuple[float, int]]] = {}
        for number, storey in enumerate(known):
            levels.setdefault(storey["building"], []).append((_cut_at(storey), number))
        self._levels = {building: sorted(found) for building, found in levels.items()}
        self._lines: dict[str, dict[str, bytearray]] = {storey["global_id"]: {} for storey in known}

    def draw(self, part: Part) -> None:
        """Cut the objects of a part, of whatever storey: a facade may belong to another one."""
        met: dict[int, list[Standing]] = {}
        for one in part.standing:
            levels = self._levels.get(one.item.row["building"])
            if levels is None or one.item.role not in ("element", "opening"):
                continue
            above = bisect_right(levels, one.item.z_min_m, key=_height)
            for _, number in levels[above : bisect_left(levels, one.item.z_max_m, key=_height)]:
                met.setdefault(number, []).append(one)
        for number, found in sorted(met.items()):
            storey, z_m = self._storeys[number]
            # the first cut at a height stands for all of the storey that are equal to 0.1 mm
            cuts: dict[tuple[int, float], Any] = {}
            for one in found:
                lines = _lines(one, part.meshes[one.mesh], z_m, cuts)
                if lines is not None:
                    self._add(storey, one, lines)

    def of(self, storey: dict[str, Any]) -> dict[str, Any] | None:
        """One drawing, ready to be written as JSON.

        Returns
        -------
        dict or None
            `cut_elev_m` (storage height) and `lines`: IFC class -> list of lines, each a list of
            [east, north] in the storage CRS, rounded to 1 mm.
        """
        if storey["elev_m"] is None:
            return None
        lines = self._lines[storey["global_id"]]
        at_m = float(self._place[2, 2] * _cut_at(storey) + self._place[2, 3])
        return {
            "cut_elev_m": round(at_m, _DECIMALS),
            "lines": {name: orjson.Fragment(b"[" + text + b"]") for name, text in sorted(lines.items())},
        }

    def _add(self, storey: str, one: Standing, lines: Any) -> None:
        full = self._place @ one.matrix if _upright(one.matrix) else self._place
        moved = shapely.transform(lines, lambda xy: xy @ full[:2, :2].T + full[:2, 3])
        text = self._lines[storey].setdefault(one.item.row["ifc_class"], bytearray())
        for line in shapely.get_parts(moved):
            if text:
                text += b","
            points = np.ascontiguousarray(np.round(shapely.get_coordinates(line), _DECIMALS))
            text += orjson.dumps(points, option=orjson.OPT_SERIALIZE_NUMPY)


def _height(level: tuple[float, int]) -> float:
    return level[0]


def _cut_at(storey: dict[str, Any]) -> float:
    return float(storey["elev_m"] + CUT_ABOVE_FLOOR_M)


def _lines(one: Standing, mesh: Mesh, z_m: float, cuts: dict[tuple[int, float], Any]) -> Any:
    if not _upright(one.matrix):
        points = mesh.vertices @ one.matrix[:3, :3].T + one.matrix[:3, 3]
        return _merged(cut(points, mesh.triangles, z_m))
    # the same type at the same height is the same drawing: cut once, in its own frame
    local_m = (z_m - one.matrix[2, 3]) / one.matrix[2, 2]
    key = (one.mesh, round(local_m, 4))
    if key not in cuts:
        cuts[key] = _merged(cut(mesh.vertices, mesh.triangles, local_m))
    return cuts[key]


def _merged(segments: Any) -> Any:
    segments = np.round(segments, 5)
    segments = segments[(segments[:, 0] != segments[:, 1]).any(axis=1)]
    if not len(segments):
        return None
    merged = shapely.line_merge(shapely.multilinestrings(shapely.linestrings(segments)))
    return shapely.simplify(merged, _STRAIGHT_M)


def _upright(matrix: Floats) -> bool:
    return abs(matrix[2, 0]) < _UPRIGHT and abs(matrix[2, 1]) < _UPRIGHT

"""Blocks: what is left of a cell between the kerbs, and what zone it lies in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import Polygon

from sample_data.gen import frame, streets, water
from sample_data.gen.graph import Graph
from sample_data.gen.streets import Cell


@dataclass(frozen=True)
class Block:
    """Land one can build on.

    Attributes
    ----------
    key, kind, area, grid : str
        As in the cell it came from.
    polygon : Polygon
        Between kerbs, EPSG:4547.
    main_m : float
        Distance to the nearest A1 or A2 arterial, metres.
    middle : tuple of float
        East, north of a point inside.
    """

    key: str
    kind: str
    area: str
    grid: str
    polygon: Polygon
    main_m: float
    middle: tuple[float, float]


def blocks(cells: list[Cell], network: Graph) -> list[Block]:
    """Take the streets, the railway and the waters out of the cells; drop slivers."""
    half = np.array([e.street.width_m / 2 for e in network.edges])
    lines = np.array([e.line for e in network.edges])
    ends = shapely.points(np.array([n for e in network.edges for n in (e.start, e.end)]))
    kerbs = list(shapely.buffer(lines, half, cap_style="flat", join_style="mitre"))
    kerbs += list(shapely.buffer(ends, np.repeat(half, 2), quad_segs=2))
    kerbs.append(streets.rail().buffer(18.0, cap_style="flat"))
    kerbs.append(water.no_go())
    tree = shapely.STRtree(kerbs)
    polygons = [c.polygon for c in cells]
    at, kerb = tree.query(polygons, predicate="intersects")
    order = np.lexsort((kerb, at))
    at, kerb = at[order], kerb[order]
    main = shapely.union_all([s.centre for s in streets.arterials() if s.road_class in {"A1", "A2"}])
    shapely.prepare(main)
    result = []
    for i, cell in enumerate(cells):
        taken = [kerbs[k] for k in kerb[np.searchsorted(at, i) : np.searchsorted(at, i, side="right")]]
        rest = cell.polygon.difference(shapely.union_all(taken)) if taken else cell.polygon
        rest = shapely.get_parts(frame.snapped(rest.buffer(-0.5).buffer(0.5, join_style="mitre")))
        whole = max((p for p in rest if p.geom_type == "Polygon"), key=lambda p: p.area, default=None)
        if whole is None or whole.area < 150.0:
            continue
        middle = whole.representative_point()
        result.append(
            Block(
                cell.key, cell.kind, cell.area, cell.grid, whole, main.distance(whole), (middle.x, middle.y)
            )
        )
    return result

"""What an underground network is made of, and the bands of plan and depth each keeps to."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from shapely.geometry import LineString

from sample_data.gen.chance import pick, whole
from sample_data.gen.graph import Edge, Node
from sample_data.gen.terrain import bare

SHIFT_M = {
    "W": (2.6, 2.0),
    "S": (0.0, 0.0),
    "D": (0.0, 0.0),
    "G": (-2.8, -2.1),
    "P": (3.2, -2.4),
    "C": (-3.3, 2.6),
}
"""How far each network is moved from the centreline, metres east and north. Storm drains share the
junctions of the sewers and lie beside them in between (`drains.beside`)."""

WATER_COVER_M = 1.25
"""Cover of water mains; gas lies above it."""

_STEP_M, _STRAIGHT_M = 5.0, 0.01

_MATERIAL = {
    "W": {"球墨铸铁": 0.6, "钢": 0.15, "PE": 0.25},
    "S": {"HDPE": 0.5, "混凝土": 0.5},
    "D": {"混凝土": 0.85, "HDPE": 0.15},
    "G": {"PE": 0.7, "钢": 0.3},
    "P": {"排管": 1.0},
    "C": {"PVC": 1.0},
}
_OWNER = {
    "W": "示例水务",
    "S": "示例水务",
    "D": "示例水务",
    "G": "示例燃气",
    "P": "示例供电",
    "C": "示例通信",
}
_PRESSURE = {"W": "PN10", "G": "中压B"}


@dataclass(frozen=True)
class Pipe:
    """A piece of a network; `line` is its axis with heights, in the direction of flow for drains."""

    code: str
    kind: str
    dn_mm: int
    line: LineString
    from_node: str
    to_node: str
    depth_m: float
    edge: Edge


@dataclass(frozen=True)
class Fitting:
    """A manhole, valve, outfall or substation."""

    code: str
    kind: str
    node_type: str
    point: tuple[float, float, float]
    depth_m: float | None


@dataclass
class Networks:
    """All pipes and fittings; `clashes` names the twelve pairs laid on purpose."""

    pipes: list[Pipe] = field(default_factory=list)
    fittings: list[Fitting] = field(default_factory=list)
    clashes: list[tuple[str, str]] = field(default_factory=list)


def ground(points: Any) -> np.ndarray:
    """Street level at east, north: the land without carved rivers, so bridges stay level."""
    xy = np.asarray(points, dtype=float)
    return bare(xy[:, 0], xy[:, 1])


def diameter(kind: str, edge: Edge) -> int:
    """Nominal diameter of the water, gas, power or telecom line under a street, millimetres."""
    main = edge.street.road_class != "local"
    name = edge.street.name_zh
    if kind == "W":
        return pick(
            name,
            "dnW",
            {300: 0.4, 400: 0.25, 600: 0.25, 800: 0.1} if main else {100: 0.3, 150: 0.4, 200: 0.3},
        )
    if kind == "G":
        return pick(name, "dnG", {200: 0.5, 300: 0.5} if main else {100: 0.6, 160: 0.4})
    return {"P": 150, "C": 100}[kind]


@cache
def node_level(node: Node) -> float:
    """Street level at one place, metres."""
    return float(ground([node])[0])


def shifted(kind: str, coords: Any, z: Any) -> LineString:
    """Axis of a pipe under a centreline, at heights `z`, rounded to 1 cm in plan and 1 mm in height."""
    dx, dy = SHIFT_M[kind]
    return LineString([
        (round(float(x) + dx, 2), round(float(y) + dy, 2), round(float(h), 3))
        for (x, y), h in zip(coords, z, strict=True)
    ])  # fmt: skip


def draped(line: LineString) -> list[tuple[float, float]]:
    """Places of a centreline between which the ground is straight within 1 cm: on hills, every 5 m."""
    places = [line.coords[0][:2]]
    for a, b in pairwise(line.coords):
        count = max(1, math.ceil(math.dist(a, b) / _STEP_M))
        share = np.linspace(0.0, 1.0, count + 1)[:, None]
        along = np.round((1 - share) * np.array(a[:2]) + share * np.array(b[:2]), 2)
        z = ground(along)
        if np.abs(z - (z[0] + (z[-1] - z[0]) * share[:, 0])).max() > _STRAIGHT_M:
            places += [(float(x), float(y)) for x, y in along[1:-1]]
        places.append(b[:2])
    return places


def moved(kind: str, node: Any) -> tuple[float, float]:
    """A place of the centreline as the network of that kind has it."""
    dx, dy = SHIFT_M[kind]
    return round(node[0] + dx, 2), round(node[1] + dy, 2)


def pipe_row(pipe: Pipe) -> dict[str, Any]:
    """Row of the layer utility_line."""
    z = [c[2] for c in pipe.line.coords]
    return {
        "id": pipe.code,
        "kind": pipe.kind,
        "dn_mm": pipe.dn_mm,
        "material": pick(pipe.edge.street.name_zh, f"mat{pipe.kind}", _MATERIAL[pipe.kind]),
        "z_start": z[0],
        "z_end": z[-1],
        "depth_m": pipe.depth_m,
        "year": whole(pipe.edge.street.name_zh, f"laid{pipe.kind}", 1985, 2021),
        "owner": _OWNER[pipe.kind],
        "pressure_class": _PRESSURE.get(pipe.kind),
        "condition": pick(pipe.code, "condition", {1: 0.4, 2: 0.3, 3: 0.2, 4: 0.08, 5: 0.02}),
        "status": pick(pipe.code, "status", {"在用": 0.97, "停用": 0.03}),
        "from_node": pipe.from_node,
        "to_node": pipe.to_node,
        "road": pipe.edge.street.name_zh,
        "geometry": pipe.line,
    }


def fitting_row(fitting: Fitting, devices: dict[str, str]) -> dict[str, Any]:
    """Row of the layer utility_node; `devices` is the sensor under a lid by fitting code."""
    cover = (
        pick(fitting.code, "cover", {"球墨铸铁": 0.7, "复合材料": 0.3})
        if fitting.node_type == "manhole"
        else None
    )
    return {
        "id": fitting.code,
        "kind": fitting.kind,
        "node_type": fitting.node_type,
        "cover": cover,
        "depth_m": fitting.depth_m,
        "device_id": devices.get(fitting.code),
        "year": whole(fitting.code, "year", 1988, 2021),
        "status": "在用",
        "geometry": shapely.Point(fitting.point),
    }

"""Hours of direct sun at a place, and what stands in the way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from twin.body.mesh import moved
from twin.body.rays import meet_boxes, meet_faces, meet_triangles
from twin.crs import WGS84, grid_turn_deg, transformer
from twin.database.connection import Database
from twin.database.statements import statement
from twin.database.validity import dated
from twin.errors import TooLarge
from twin.queries.blocks import faces_of
from twin.queries.buildings import PUBLIC
from twin.queries.placed_meshes import placed_meshes
from twin.sunpath import solar_moment, sun

Array = npt.NDArray[Any]
Ground = Callable[[Array, Array], Array]
"""Height of the ground in the storage CRS, metres; NaN where it is not known."""

REACH_M = 8_000.0
_MOST_BODIES = 3_000
_MOST_MODELS = 8
_MOST_TRIANGLES = 400_000
_CLEAR_M = 0.05
"""So far off its own face a place is looked from; what is nearer than that is the face itself."""
_LOWEST_DEG = 1.0
"""A sun that stands lower casts shadows without an end, and does not count."""
_EARTH_M = 6_371_008.8
_FIRST_M = 30.0
_STEPS_M = np.geomspace(15.0, 80.0, 200)
"""Hills are looked for from here to 7.8 km, further apart the further away."""
RELIEF_M = 1_000.0
"""Ground nobody knows may be so much higher than the place, and no more."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where one asks.

    Attributes
    ----------
    lon, lat : float
        Degrees, CRS84.
    z_m : float
        Height above the vertical datum.
    facing : tuple of float, optional
        Azimuth clockwise from north and tilt up from the horizon of the face the place is on,
        degrees; None: free on all sides.
    """

    lon: float
    lat: float
    z_m: float
    facing: tuple[float, float] | None = None


def sunlight(
    database: Database,
    place: Place,
    day: date,
    *,
    minutes: tuple[int, int] = (480, 960),
    step_min: int = 2,
    ground: Ground | None = None,
    circles: frozenset[str] = PUBLIC,
) -> dict[str, Any]:
    """Sun between two times of the sun's own clock, true solar time.

    The window is cut into steps; the middle of each decides for all of it.

    Parameters
    ----------
    database : Database
        The city.
    place : Place
        Where.
    day : date
        Which day.
    minutes : tuple of int
        From and to, minutes after midnight.
    step_min : int
        Length of a step; divides the window.
    ground : callable, optional
        Without it hills do not count.
    circles : frozenset of str
        Access circles of the caller.

    Returns
    -------
    dict
        `sun_min`, `spans` (solar minutes), `up_min` (above the horizon), `by_face_min`, `by_ground_min`,
        `blockers`: buildings in the way with how long, those behind another included; `unknown_min` and
        `unknown_spans`: nothing known is in the way, but a hill may be where no height is known. That is
        not in `sun_min`.

    Raises
    ------
    TooLarge
        More bodies or triangles in question than are looked at.
    """
    middles = np.arange(minutes[0], minutes[1], step_min) + step_min / 2
    at_s = solar_moment(day, middles, place.lon)
    altitude, azimuth = sun(at_s, place.lon, place.lat)
    up = altitude > _LOWEST_DEG
    here = np.array([*transformer(WGS84, database.srid).transform(place.lon, place.lat), place.z_m])
    turn = grid_turn_deg(database.srid, place.lon, place.lat)
    ways = _ways(altitude, azimuth + turn)
    behind = np.zeros(len(ways), bool)
    if place.facing is not None:
        face = _ways(np.array([place.facing[1]]), np.array([place.facing[0] + turn]))[0]
        behind = ways @ face <= 0
        here = here + face * _CLEAR_M
    look = up & ~behind
    hits: dict[int, Array] = {}
    unknown = 0
    hill = np.zeros(len(ways), bool)
    dim = np.zeros(len(ways), bool)
    if look.any():
        hits, unknown = _bodies(database, here, ways, look, circles)
        if ground is not None:
            hill[look], dim[look] = _hills(here, ways[look], ground)
    built = np.any(list(hits.values()), axis=0) if hits else np.zeros(len(ways), bool)
    free = look & ~built & ~hill
    lit, dim = free & ~dim, free & dim
    return {
        "day": day.isoformat(),
        "step_min": step_min,
        "sun_min": int(lit.sum()) * step_min,
        "spans": _spans(lit, minutes[0], step_min),
        "unknown_min": int(dim.sum()) * step_min,
        "unknown_spans": _spans(dim, minutes[0], step_min),
        "up_min": int(up.sum()) * step_min,
        "by_face_min": int((up & behind).sum()) * step_min,
        "by_ground_min": int(hill.sum()) * step_min if ground is not None else None,
        "blockers": _named(database, hits, step_min, circles),
        "height_unknown": unknown,
        "noon": datetime.fromtimestamp(
            float(solar_moment(day, np.array([720.0]), place.lon)[0]), UTC
        ).isoformat(timespec="seconds"),
        "highest_deg": round(float(altitude.max()), 2),
    }


def _ways(altitude: Array, azimuth: Array) -> Array:
    """Unit vectors east, north, up."""
    a, h = np.radians(azimuth), np.radians(altitude)
    return np.column_stack([np.sin(a) * np.cos(h), np.cos(a) * np.cos(h), np.sin(h)])


def _bodies(
    database: Database, here: Array, ways: Array, look: Array, circles: frozenset[str]
) -> tuple[dict[int, Array], int]:
    """Which rays each building stops (0: a model that is none), and how many have no known height."""
    rays = np.flatnonzero(look)
    binds = {
        "e": here[0], "n": here[1], "z": here[2], "srid": database.srid, "circles": sorted(circles),
        "fan": shapely.to_wkb(_fan(here, ways[rays])), "slope": _slope(ways[rays]),
    }  # fmt: skip
    rows = database.rows(
        dated(statement("twin.queries", "bodies_over"), None), {**binds, "limit": _MOST_BODIES + 1}
    )
    if len(rows) > _MOST_BODIES:
        raise TooLarge(
            f"more than {_MOST_BODIES} buildings may stand in the way; ask for a time when the sun is higher"
        )
    hits: dict[int, Array] = {}

    def note(building: int, numbers: Array) -> None:
        hits.setdefault(building, np.zeros(len(ways), bool))[rays[numbers]] = True

    placed = [(row["id"], faces_of(row, here)) for row in rows if not row["unknown"]]
    placed = [(id, faces) for id, faces in placed if faces]
    if placed:
        around = np.array([_box(faces) for _, faces in placed])
        for (building, faces), met in zip(placed, meet_boxes(around, ways[rays]), strict=True):
            some = np.flatnonzero(met)
            if some.size:
                struck = some[meet_faces(faces, ways[rays[some]], _CLEAR_M / 2)]
                if struck.size:
                    note(building, struck)
    models = database.rows(statement("twin.queries", "sunlight_models"), {**binds, "limit": _MOST_MODELS + 1})
    if len(models) > _MOST_MODELS:
        raise TooLarge(f"more than {_MOST_MODELS} building models may stand in the way")
    for model in models:
        struck = _model(database, model, here, ways[rays], binds)
        if struck.any():
            note(model["building_id"] or 0, np.flatnonzero(struck))
    return hits, sum(bool(row["unknown"]) for row in rows)


def _model(
    database: Database,
    model: dict[str, Any],
    here: Array,
    ways: Array,
    binds: dict[str, Any],
) -> Array:
    """Rays that meet what light does not pass of a model."""
    struck = np.zeros(len(ways), bool)
    circles = frozenset(binds["circles"])
    shown = placed_meshes(
        database, model["id"], model["matrix"], circles, wanted="sunlight_wanted", binds=binds
    )
    if not shown.rows:
        return struck
    met = meet_boxes(shown.boxes - here, ways)
    for number, mesh in shown.meshes(database, np.asarray(met.any(axis=1)), _MOST_TRIANGLES):
        some = np.flatnonzero(met[number] & ~struck)
        solid = mesh.triangles[mesh.colours[:, 3] == 255]
        if some.size and len(solid):
            corners = (moved(mesh.points, shown.matrices[number]) - here)[solid]
            struck[some[meet_triangles(corners, ways[some], _CLEAR_M / 2)]] = True
    return struck


def _fan(here: Array, ways: Array) -> Any:
    """What the rays sweep on the plan: from the first azimuth to the last, a metre around the place too."""
    edge = here[:2] + ways[:, :2] / np.linalg.norm(ways[:, :2], axis=1)[:, None] * REACH_M
    point = shapely.Point(here[:2])
    swept: Any = shapely.GeometryCollection([shapely.LineString([here[:2], one]) for one in edge])
    if len(edge) > 1:
        triangles = [shapely.Polygon([here[:2], a, b]) for a, b in pairwise(edge)]
        swept = shapely.union_all(triangles)
    return shapely.union_all([swept.buffer(0.5), point.buffer(1.0)])


def _slope(ways: Array) -> float:
    """How much the flattest ray rises a metre."""
    return float((ways[:, 2] / np.linalg.norm(ways[:, :2], axis=1)).min())


def _box(faces: Sequence[Any]) -> Array:
    points = shapely.get_coordinates(faces, include_z=True)
    return np.stack([points.min(axis=0), points.max(axis=0)])


def _hills(here: Array, ways: Array, ground: Ground) -> tuple[Array, Array]:
    """Rays that run into the ground, and those that may: low enough over ground whose height is unknown."""
    far = _FIRST_M + np.concatenate([[0.0], np.cumsum(_STEPS_M)])
    level = np.linalg.norm(ways[:, :2], axis=1)
    east = here[0] + far * (ways[:, 0] / level)[:, None]
    north = here[1] + far * (ways[:, 1] / level)[:, None]
    # the earth falls away under a straight ray
    height = here[2] + far * (ways[:, 2] / level)[:, None] + far**2 / (2 * _EARTH_M)
    found = ground(east.ravel(), north.ravel()).reshape(east.shape)
    with np.errstate(invalid="ignore"):
        hill = np.asarray((found > height).any(axis=1))
    return hill, ~hill & (np.isnan(found) & (height < here[2] + RELIEF_M)).any(axis=1)


def _spans(lit: Array, start_min: int, step_min: int) -> list[list[int]]:
    """From and to of each stretch of sun, minutes after midnight."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], lit, [False]]).astype(np.int8)))
    return [[start_min + int(a) * step_min, start_min + int(b) * step_min] for a, b in edges.reshape(-1, 2)]


def _named(
    database: Database, hits: dict[int, Array], step_min: int, circles: frozenset[str]
) -> list[dict[str, Any]]:
    rows = database.rows(
        dated(statement("twin.queries", "building_names"), None),
        {"ids": list(hits), "circles": sorted(circles)},
    )
    names = {row["id"]: row for row in rows}
    found = [
        {
            "id": id or None,
            **{key: names.get(id, {}).get(key) for key in ("code", "name_zh", "name_en")},
            "minutes": int(met.sum()) * step_min,
        }
        for id, met in hits.items()
    ]
    return sorted(found, key=lambda one: (-one["minutes"], one["id"] or 0))

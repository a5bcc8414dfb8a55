"""What is buried along a line: the ground, and pipes and cables that are crossed or run beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from twin.body.profile import Beside, Crossing, beside, crossings, stations
from twin.crs import WGS84, transformer
from twin.database.connection import Database, Row
from twin.database.statements import statement
from twin.database.validity import as_of, present
from twin.errors import InvalidParameter, TooLarge
from twin.queries.buildings import PUBLIC

Array = npt.NDArray[Any]
Ground = Callable[[Array, Array], Array]

LONGEST_M = 5_000.0
_SHORTEST_M = 0.5
_MOST_PIPES = 2_000
_SAMPLES = 240
_NOW, _THEN = present("g"), as_of("g")


def buried(
    database: Database,
    line: Sequence[tuple[float, float]],
    ground: Ground,
    *,
    within_m: float = 3.0,
    kinds: Sequence[str] | None = None,
    moment: datetime | None = None,
    circles: frozenset[str] = PUBLIC,
) -> dict[str, Any]:
    """Profile of the ground along a line, with pipes and cables, the shallowest first.

    Parameters
    ----------
    database : Database
        The city.
    line : sequence of (lon, lat)
        Corners, degrees, CRS84.
    ground : callable
        Height of the ground in the storage CRS, metres; NaN where it is not known.
    within_m : float
        What does not cross is told where it keeps this near on the plan.
    kinds : sequence of str, optional
        Codes of the list `pipe`; default: all.
    moment : datetime, optional
        As of when; default: now.
    circles : frozenset of str
        Access circles of the caller.

    Returns
    -------
    dict
        `length_m`, `corners` (stations), `ground` (station, height), `crossings` and `beside`, by depth.
        `depth_m` is from the ground to the axis, `cover_m` to the top of the pipe, both reckoned
        from heights; `stated_cover_m` is what the record says. What is not known is null.

    Raises
    ------
    InvalidParameter
        The line is too short or too long.
    TooLarge
        More than 2000 pipes are near.
    """
    there = transformer(WGS84, database.srid)
    curtain = np.column_stack(there.transform(*np.array(line, float).T))
    curtain = curtain[np.concatenate([[True], np.linalg.norm(np.diff(curtain, axis=0), axis=1) > 0])]
    at = stations(curtain)
    if not np.isfinite(at).all() or not _SHORTEST_M <= at[-1] <= LONGEST_M:
        raise InvalidParameter(
            "line", f"is {at[-1]:.1f} m long; a profile is {_SHORTEST_M} to {LONGEST_M:g} m long"
        )
    when = {"when": _NOW if moment is None else _THEN}
    rows = database.rows(
        statement("twin.queries", "buried_pipes").format(**when),
        {
            "line": shapely.to_wkb(shapely.linestrings(curtain)), "srid": database.srid, "moment": moment,
            "kinds": None if kinds is None else list(kinds), "circles": sorted(circles),
            "within_m": max(within_m, 0.01), "limit": _MOST_PIPES + 1,
        },
    )  # fmt: skip
    if len(rows) > _MOST_PIPES:
        raise TooLarge(
            f"more than {_MOST_PIPES} pipes lie along the line; ask for a shorter one or fewer kinds"
        )
    crossed, along = _pipes(database, rows, curtain, ground, within_m)
    steps = np.unique(np.concatenate([np.linspace(0, at[-1], _SAMPLES), at]))
    east, north = (np.interp(steps, at, curtain[:, axis]) for axis in (0, 1))
    return {
        "length_m": round(float(at[-1]), 3),
        "within_m": within_m,
        "corners": [round(float(v), 3) for v in at],
        "ground": [
            [round(float(s), 3), _rounded(z)] for s, z in zip(steps, ground(east, north), strict=True)
        ],
        "crossings": sorted(crossed, key=_by_depth),
        "beside": sorted(along, key=_by_depth),
        "height_unknown": sum(one["z_m"] is None for one in crossed)
        + sum(one["depth_m"] is None for one in along),
        "sources": [
            {"source": source, "source_date": day}
            for source, day in sorted({(r["source"], r["source_date"]) for r in rows}, key=str)
        ],
    }


def _pipes(
    database: Database, rows: list[Row], curtain: Array, ground: Ground, within_m: float
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    passing: list[tuple[Row, Crossing]] = []
    running: list[tuple[Row, Beside]] = []
    for row in rows:
        for part in shapely.get_parts(shapely.from_wkb(bytes(row["line"]))):
            line = shapely.get_coordinates(part, include_z=True)
            passing += [(row, one) for one in crossings(curtain, line)]
            running += [(row, one) for one in beside(curtain, line, within_m)]
    if not passing and not running:
        return [], []
    back = transformer(database.srid, WGS84)
    places = np.vstack(
        [np.array([one.place for _, one in passing]).reshape(-1, 3), *(r.places for _, r in running)]
    )
    tops = ground(places[:, 0], places[:, 1])
    crossed, along = [], []
    for (row, one), top in zip(passing, tops[: len(passing)], strict=True):
        lon, lat = back.transform(*one.place[:2])
        crossed.append(
            {
                **_about(row),
                "station_m": round(one.station_m, 3),
                "lon": round(lon, 8),
                "lat": round(lat, 8),
                "z_m": _rounded(one.place[2]),
                "ground_m": _rounded(top),
                **_depths(top, one.place[2], row["dn_mm"]),
                "angle_deg": round(one.angle_deg, 1),
            }
        )
    ends = np.cumsum([len(passing), *(len(stretch.places) for _, stretch in running)])
    for (row, stretch), start, end in zip(running, ends[:-1], ends[1:], strict=True):
        deep = np.where(np.isfinite(tops[start:end]), tops[start:end] - stretch.places[:, 2], np.nan)
        # of a stretch where it lies shallowest
        least = int(np.nanargmin(deep)) if np.isfinite(deep).any() else 0
        along.append(
            {
                **_about(row),
                "path": [[round(float(s), 3), _rounded(z)] for s, z in stretch.path],
                "offset_m": round(stretch.offset_m, 3),
                **_depths(tops[start + least], stretch.places[least, 2], row["dn_mm"]),
            }
        )
    return crossed, along


def _about(row: Row) -> dict[str, Any]:
    return {key: row[key] for key in ("id", "code", "kind", "dn_mm", "material", "year", "stated_cover_m")}


def _depths(ground_m: float, z_m: float, dn_mm: int | None) -> dict[str, float | None]:
    radius = np.nan if dn_mm is None else dn_mm / 2_000
    return {"depth_m": _rounded(ground_m - z_m), "cover_m": _rounded(ground_m - z_m - radius)}


def _by_depth(one: dict[str, Any]) -> tuple[bool, float, int]:
    return one["depth_m"] is None, one["depth_m"] or 0.0, one["id"]


def _rounded(value: float) -> float | None:
    return round(float(value), 3) if np.isfinite(value) else None

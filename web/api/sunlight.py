"""Hours of sun at a place."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import numpy as np
from flask import Blueprint, Response, request

from tiles.raster.ground import Heights
from twin.crs import WGS84, transformer, usable
from twin.errors import InvalidParameter
from twin.queries.sunlight import REACH_M, RELIEF_M, Place, sunlight
from web.access import circles
from web.answer import json
from web.composition import parts
from web.params import Query

blueprint = Blueprint("sunlight", __name__)

_NAMES = {"lon", "lat", "z", "date", "from", "to", "step_min", "azimuth", "tilt"}
_MOST_STEPS = 1_440
LEAST_MIN = 180
"""大寒日, 8 to 16 o'clock: 3 h for housing in a large city of zone IV (GB 50180)."""


@blueprint.get("/api/sunlight")
def get_sunlight() -> Response:
    """Sun at a place on a day, and what stands in the way."""
    query = Query(request.args, _NAMES)
    where = query.place(needed=True)
    assert where is not None  # noqa: S101 - needed
    if not usable(parts().database.srid, where[0], where[1], where[0], where[1]):
        raise InvalidParameter("lon", "and 'lat' lie outside the area of the city's coordinate system")
    day = _day(query.text("date"))
    start, end = _clock(query, "from", 480), _clock(query, "to", 960)
    step = query.integer("step_min", 2, low=1, high=60) or 2
    if start >= end:
        raise InvalidParameter("from", "is not before 'to'")
    if (end - start) % step:
        raise InvalidParameter("step_min", f"{step} does not divide the {end - start} minutes in question")
    ground = Heights(parts().database, parts().settings.state_dir)
    height, models = _ground(ground, where)
    z = query.real("z", height, low=-1_000.0, high=10_000.0)
    if z is None:
        raise InvalidParameter("z", "is missing, and no elevation model knows the ground there")
    found = sunlight(
        parts().database,
        Place(*where, z, _facing(query)),
        day,
        minutes=(start, end),
        step_min=step,
        ground=ground if models else None,
        circles=circles(request, parts().settings),
    )
    spans, unknown = (
        [{"from": _text(a), "to": _text(b)} for a, b in found.pop(name)]
        for name in ("spans", "unknown_spans")
    )
    return json(
        {
            "place": {"lon": where[0], "lat": where[1], "z_m": round(z, 3), "ground_m": height},
            "from": _text(start),
            "to": _text(end),
            "time": "solar",
            **found,
            "spans": spans,
            "unknown_spans": unknown,
            "rule": _rule(day, (start, end), found["sun_min"], found["unknown_min"]),
            "source": {
                "bodies": "buildings, their parts and models as they are now",
                "ground": models,
                "sun": "NOAA solar calculator, without refraction",
                "reach_m": REACH_M,
                "unknown_ground_to_m": RELIEF_M if models else None,
            },
        }
    )


def _ground(ground: Heights, where: tuple[float, float]) -> tuple[float | None, list[str]]:
    east, north = transformer(WGS84, parts().database.srid).transform(*where)
    at = np.array([east]), np.array([north])
    found = float(ground(*at)[0])
    return (None if np.isnan(found) else round(found, 3)), ground.names(*at)


def _facing(query: Query) -> tuple[float, float] | None:
    azimuth = query.real("azimuth", low=-360.0, high=360.0)
    tilt = query.real("tilt", 0.0, low=-90.0, high=90.0)
    assert tilt is not None  # noqa: S101 - has a default
    if azimuth is None:
        if "tilt" in query:
            raise InvalidParameter("azimuth", "is missing; a face has an azimuth and a tilt")
        return None
    return azimuth, tilt


def _day(text: str | None) -> date:
    try:
        day = date.fromisoformat(text or "")
        if not 1901 <= day.year <= 2099:
            raise ValueError
    except ValueError:
        said = "is missing" if text is None else f"'{text[:40]}' is no day"
        raise InvalidParameter("date", f"{said}; it is one of 1901 to 2099 such as 2026-01-20") from None
    return day


def _clock(query: Query, name: str, default: int) -> int:
    """Minutes after midnight."""
    text = query.text(name)
    if text is None:
        return default
    match = re.fullmatch(r"([01]\d|2[0-4]):([0-5]\d)", text, re.ASCII)
    minutes = 60 * int(match[1]) + int(match[2]) if match else -1
    if not 0 <= minutes <= _MOST_STEPS:
        raise InvalidParameter(name, f"'{text[:40]}' is no time such as 08:00")
    return minutes


def _text(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _rule(day: date, window: tuple[int, int], sun_min: int, unknown_min: int) -> dict[str, Any] | None:
    """What is asked of housing, on the day and in the hours it is asked for.

    `met` is null where hills nobody knows decide.
    """
    if (day.month, day.day) not in {(1, 20), (1, 21)} or window != (480, 960):
        return None
    met = True if sun_min >= LEAST_MIN else None if sun_min + unknown_min >= LEAST_MIN else False
    return {"name": "GB 50180", "least_min": LEAST_MIN, "met": met}

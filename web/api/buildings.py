"""One building: dossier, quick sheet, storey; and what an area lacks."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from flask import Blueprint, Response, request

from twin.crs import usable
from twin.errors import InvalidParameter
from twin.model.finding import Status
from twin.queries.buildings import building_id
from twin.queries.dossier import dossier, storey
from twin.queries.hydrants import hydrants_nearest
from twin.queries.quick_sheet import quick_sheet
from twin.queries.safety import PROTECTIONS, buildings_lacking
from web.access import circles
from web.answer import json
from web.composition import parts
from web.params import Query
from web.params import floor as checked_floor

blueprint = Blueprint("buildings", __name__)

_MOST_FINDINGS = 2_000


@blueprint.get("/api/buildings/<reference>/dossier")
def get_dossier(reference: str) -> Response:
    """Everything known about a building."""
    database, moment = parts().database, _moment()
    return json(dossier(database, building_id(database, reference, _circles(), moment), _circles(), moment))


@blueprint.get("/api/buildings/<reference>/quick-sheet")
def get_quick_sheet(reference: str) -> Response:
    """What a fire crew needs first."""
    database, moment = parts().database, _moment()
    number = building_id(database, reference, _circles(), moment)
    return json(quick_sheet(database, number, _circles(), moment))


@blueprint.get("/api/buildings/<reference>/storeys/<int(signed=True):floor>")
def get_storey(reference: str, floor: int) -> Response:
    """One storey with what is on it."""
    moment = _moment()
    checked_floor("floor", floor)
    database = parts().database
    number = building_id(database, reference, _circles(), moment)
    return json(storey(database, number, floor, _circles(), moment))


@blueprint.get("/api/buildings/lacking")
def get_lacking() -> Response:
    """Buildings near a place without a protection, or of which nobody knows."""
    query = Query(request.args, {"protection", "lon", "lat", "within_m", "status", "datetime"})
    protection = query.choice("protection", PROTECTIONS)
    if protection is None:
        raise InvalidParameter("protection", f"is missing; it is one of {', '.join(PROTECTIONS)}")
    place = query.place(needed=True)
    assert place is not None  # noqa: S101 - needed
    wanted = _statuses(query.text("status", "absent,unknown") or "")
    within_m = query.real("within_m", 500.0, low=0.1, high=5_000.0) or 500.0
    moment = query.instant("datetime")
    findings = buildings_lacking(parts().database, protection, place, within_m, _circles(), moment=moment)
    counted = Counter(f.status for f in findings)
    counts = {str(status): counted[status] for status in Status}
    shown = [f for f in findings if f.status in wanted]
    return json(
        {
            "protection": protection,
            "within_m": within_m,
            "counts": counts,
            "truncated": len(shown) > _MOST_FINDINGS,
            "findings": [
                {
                    "building": f.building,
                    "status": f.status,
                    "evidence": f.evidence,
                    "distance_m": f.distance_m,
                }
                for f in shown[:_MOST_FINDINGS]
            ],
        }
    )


@blueprint.get("/api/hydrants/nearest")
def get_hydrants() -> Response:
    """Nearest hydrants, usable ones first."""
    query = Query(request.args, {"lon", "lat", "limit", "datetime"})
    place = query.place(needed=True)
    assert place is not None  # noqa: S101 - needed
    srid = parts().database.srid
    if not usable(srid, *place, *place):
        raise InvalidParameter("lon", f"{place[0]:g},{place[1]:g} is outside the city's EPSG:{srid}")
    limit = query.integer("limit", 5, low=1, high=50) or 5
    moment = query.instant("datetime")
    found = hydrants_nearest(parts().database, place, limit, _circles(), moment=moment)
    return json({"hydrants": found})


def _circles() -> frozenset[str]:
    return circles(request, parts().settings)


def _moment() -> datetime | None:
    return Query(request.args, {"datetime"}).instant("datetime")


def _statuses(text: str) -> set[Status]:
    names = set(text.split(","))
    unknown = sorted(names - set(Status))
    if unknown:
        raise InvalidParameter("status", f"'{unknown[0][:40]}' is none of {', '.join(Status)}")
    return {Status(name) for name in names}

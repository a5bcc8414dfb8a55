"""Which building of the city a model is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import shapely

from loaders.ifc.placement import Matrix
from twin.errors import NotFound
from twin.store.loading import Load
from twin.store.models import (
    BuildingMatch,
    building_by_code,
    building_by_id,
    buildings_under,
    previous_building,
)

By = Literal["given", "code", "footprint", "placements", "before", "own"]
_LEAST_IOU = 0.3
_LEAST_INSIDE = 0.7
_SURE: tuple[By, ...] = ("given", "code")


@dataclass(frozen=True, slots=True)
class Link:
    """The building the rows of one IfcBuilding hang on.

    Attributes
    ----------
    source, source_key : str
        Natural key of the building.
    by : By
        How it was found; `own`: none was, the model brings its building along.
    id : int or None
        `city.feature.id`; None for one that is yet to be written.
    iou : float or None
        Overlap of the footprints where that decided.
    """

    source: str
    source_key: str
    by: By
    id: int | None = None
    code: str | None = None
    iou: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """For the report."""
        return {"building": self.code or self.source_key, "by": self.by, "iou": self.iou}


def link_by_meaning(
    load: Load, meaning: dict[str, Any], place: Matrix | None, srid: int, given: str | None
) -> dict[str, Link]:
    """Link each IfcBuilding before there is a shape.

    By the building that was given, the code in `LH_Common.BuildingCode`, the link of the
    last load, or the place of walls and columns; else the model brings its own.

    Raises
    ------
    NotFound
        The building that was given is not in the city.
    """
    links = {}
    buildings = meaning["buildings"]
    for building in buildings:
        links[building["global_id"]] = (
            _given(load, given if len(buildings) == 1 else None)
            or _coded(load, building["code"])
            or _before(load, len(buildings))
            or _placed(load, meaning, place, srid, len(buildings))
            or own(load, building)
        )
    if given and len(buildings) != 1:
        load.warn(
            f"building-given: the file has {len(buildings)} buildings, so '{given}' could not be used "
            "for one of them"
        )
    return links


def link_by_footprint(load: Load, link: Link, footprint: Any, srid: int, building: dict[str, Any]) -> Link:
    """Check a link against the real footprint; sure links and the better of two stay."""
    if link.by in _SURE or footprint is None:
        return link
    best = _best(
        buildings_under(load.connection, shapely.to_wkb(footprint), srid, but_not=load.request.source)
    )
    if best is None:
        if link.by == "placements":  # the walls' origins were misleading
            return own(load, building)
        return link
    if best.id == link.id:
        return Link(link.source, link.source_key, "footprint", link.id, link.code, round(best.iou, 3))
    return _link(best, "footprint", round(best.iou, 3))


def own(load: Load, building: dict[str, Any]) -> Link:
    """The building the model brings along."""
    return Link(load.request.source, building["global_id"], "own", code=building["code"])


def building_id(load: Load, link: Link | None) -> int | None:
    """Id of the building of a link, also where this load has just written it."""
    if link is None:
        return None
    if link.id is not None:
        return link.id
    return int(load.feature_ids("building", [link.source_key])[0])


def _given(load: Load, given: str | None) -> Link | None:
    if given is None:
        return None
    found = building_by_code(load.connection, given)
    if found is None and given.isdigit() and len(given) < 19:
        found = building_by_id(load.connection, int(given))
    if found is None:
        raise NotFound(
            f"there is no building '{given}' in the city; give a building code or id that is there"
        )
    return _link(found, "given")


def _coded(load: Load, code: str | None) -> Link | None:
    found = building_by_code(load.connection, code) if code else None
    if found is None or found.source == load.request.source:
        return None
    return _link(found, "code")


def _before(load: Load, buildings: int) -> Link | None:
    known = previous_building(load.connection, load.request.source) if buildings == 1 else None
    found = building_by_id(load.connection, known) if known is not None else None
    if found is None or found.source == load.request.source:
        return None
    return _link(found, "before")


def _placed(
    load: Load, meaning: dict[str, Any], place: Matrix | None, srid: int, buildings: int
) -> Link | None:
    origins = np.array(meaning["origins"], dtype=np.float64).reshape(-1, 3)
    if place is None or buildings != 1 or len(origins) < 4 or not surely_placed(meaning):
        return None
    points = origins @ place[:3, :3].T + place[:3, 3]
    hull = shapely.convex_hull(shapely.multipoints(points[:, :2]))
    if hull.geom_type != "Polygon":
        return None
    wkb = shapely.to_wkb(hull)
    best = _best(buildings_under(load.connection, wkb, srid, but_not=load.request.source))
    return None if best is None else _link(best, "placements")


def surely_placed(meaning: dict[str, Any]) -> bool:
    """A site's latitude and longitude may be a street away: no building is chosen by it."""
    return meaning["georeference"]["level"] in ("map-conversion", "site-psets", "accepted")


def _best(candidates: list[BuildingMatch]) -> BuildingMatch | None:
    for match in candidates:
        if match.iou >= _LEAST_IOU or match.inside >= _LEAST_INSIDE:
            return match
    return None


def _link(match: BuildingMatch, by: By, iou: float | None = None) -> Link:
    return Link(match.source, match.source_key, by, match.id, match.code, iou)

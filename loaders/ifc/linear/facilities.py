"""Roads, bridges and railways of a model, each with the alignments it follows, and what fell by the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from loaders.ifc.linear.lines import Line, Lines, name_of
from loaders.ifc.linear.stationing import Stationing, read_stationing
from loaders.ifc.objects import first
from loaders.ifc.positions import Positions
from loaders.ifc.properties import Sets
from loaders.ifc.spatial import FACILITIES, Spatial
from loaders.ifc.values import text

COLLECTIONS = {"IfcRoad": "road", "IfcBridge": "bridge", "IfcRailway": "rail"}
"""Facilities the catalogue has a collection for; there is none for marine and general ones."""
_MOST_STATIONS = 500


@dataclass(slots=True)
class Infrastructure:
    """Rows of facilities by collection, and the sentences of the report."""

    rows: dict[str, list[dict[str, Any]]] = field(
        default_factory=lambda: {name: [] for name in COLLECTIONS.values()}
    )
    warnings: list[str] = field(default_factory=list)


def read_infrastructure(
    model: Any, *, lines: Lines, sets: Sets, spatial: Spatial, positions: Positions
) -> Infrastructure:
    """Read facilities and alignments of an open model.

    Parameters
    ----------
    model : ifcopenshell.file
        An open model.
    lines : Lines
        Its alignments.
    sets : dict
        What `loaders.ifc.properties` read.
    spatial : Spatial
        What is in what.
    positions : Positions
        Where it is.
    """
    found = Infrastructure()
    stationings = {number: read_stationing(line, lines, sets) for number, line in lines.by_id.items()}
    facilities = _facilities(model)
    followed = _followed(model, lines, spatial, facilities)
    for facility in facilities:
        collection = COLLECTIONS.get(facility.is_a())
        if collection is None:
            continue
        chosen = [lines.by_id[number] for number in followed.get(facility.id(), ())]
        row = _facility(facility, sets, spatial) | _lines(chosen, stationings, positions)
        found.rows[collection].append(row)
    alone = [
        line
        for number, line in lines.by_id.items()
        if line.course is not None and not any(number in numbers for numbers in followed.values())
    ]
    for line in _outermost(alone):
        collection = "rail" if line.cant else "road"
        row = _alone(line, sets) | _lines([line], stationings, positions)
        found.rows[collection].append(row)
    found.warnings += _warnings(facilities, lines, alone, stationings, found)
    return found


def _facilities(model: Any) -> list[Any]:
    if not model.schema.startswith("IFC4X3"):
        return []
    return [entity for entity in model.by_type("IfcFacility") if entity.is_a() in FACILITIES]


def _followed(model: Any, lines: Lines, spatial: Spatial, facilities: list[Any]) -> dict[int, list[int]]:
    """Alignments of each facility, by entity number: as stated, else by what stands along them."""
    stated: dict[int, dict[int, None]] = {}
    if not lines.by_id or not facilities:
        return {}
    for facility, alignment in _stated(model, spatial):
        if alignment.id() in lines.by_id:
            stated.setdefault(facility.id(), {})[alignment.id()] = None
    standing: dict[int, Counter[int]] = {}
    for placement in model.by_type("IfcLinearPlacement"):
        point = placement.RelativePlacement.Location
        curve = getattr(point, "BasisCurve", None)
        alignment = lines.of_curve.get(curve.id()) if curve is not None else None
        if alignment is None:
            continue
        for product in placement.PlacesObject:
            for facility in _around(product, spatial):
                standing.setdefault(facility.id(), Counter())[alignment] += 1
    found = {}
    for facility in facilities:
        number = facility.id()
        if number in stated:
            found[number] = list(stated[number])
        elif number in standing:
            found[number] = [alignment for alignment, _ in standing[number].most_common(1)]
    only = [number for number, line in lines.by_id.items() if line.course is not None]
    open_ones = [f for f in facilities if f.is_a() in ("IfcRoad", "IfcRailway") and f.id() not in found]
    if len(only) == len(open_ones) == 1 and not any(only[0] in numbers for numbers in found.values()):
        found[open_ones[0].id()] = only
    return found


def _stated(model: Any, spatial: Spatial) -> Iterator[tuple[Any, Any]]:
    """Pairs of a facility and an alignment a relation joins."""
    for relation in model.by_type("IfcRelPositions"):
        for product in relation.RelatedProducts:
            if relation.RelatingPositioningElement.is_a("IfcAlignment"):
                for facility in _around(product, spatial, itself=True):
                    yield facility, relation.RelatingPositioningElement
    for relation in model.by_type("IfcRelReferencedInSpatialStructure"):
        for product in relation.RelatedElements:
            if product.is_a("IfcAlignment"):
                for facility in _around(relation.RelatingStructure, spatial, itself=True):
                    yield facility, product
    for alignment in model.by_type("IfcAlignment"):
        for facility in _around(alignment, spatial):
            yield facility, alignment


def _around(product: Any, spatial: Spatial, *, itself: bool = False) -> list[Any]:
    """The nearest facility around a product, if any."""
    chain = [product, *spatial.above(product)] if itself else spatial.above(product)
    return [whole for whole in chain if whole.is_a() in FACILITIES][:1]


def _facility(facility: Any, sets: Sets, spatial: Spatial) -> dict[str, Any]:
    entry = sets.get(facility.GlobalId, {})
    address = spatial.address(facility)
    name = text(facility.LongName) or text(facility.Name)
    predefined = text(getattr(facility, "PredefinedType", None))
    return {
        "global_id": facility.GlobalId,
        "parent": address.facility,
        "name": name,
        "name_en": text(first(entry, "NameEn")),
        "code": text(first(entry, "Code")) or text(first(entry, "BuildingCode")),
        "kind": None if predefined in (None, "NOTDEFINED") else predefined,
        "confidence": None,
        "properties": {
            "ifc_class": facility.is_a(),
            "predefined_type": predefined,
            "parts": list(_parts(facility)),
        },
    }


def _parts(facility: Any) -> Iterator[dict[str, Any]]:
    """Parts of a facility (IfcFacilityPart), however deep, outermost first."""
    pending, seen = [facility], {facility.id()}
    while pending:
        whole = pending.pop(0)
        for relation in whole.IsDecomposedBy:
            for part in relation.RelatedObjects:
                if part.id() in seen or not part.is_a("IfcFacilityPart"):
                    continue
                seen.add(part.id())
                pending.append(part)
                yield {
                    "global_id": part.GlobalId,
                    "ifc_class": part.is_a(),
                    "name": text(part.Name),
                    "predefined_type": text(getattr(part, "PredefinedType", None)),
                    "usage": text(part.UsageType),
                }


def _alone(line: Line, sets: Sets) -> dict[str, Any]:
    """An alignment no facility follows is still a line people want to see; it is no sure road."""
    return {
        "global_id": line.entity.GlobalId,
        "parent": None,
        "name": name_of(line),
        "name_en": text(first(sets.get(line.entity.GlobalId, {}), "NameEn")),
        "code": None,
        "kind": None,
        "confidence": 0.5,
        "properties": {"ifc_class": "IfcAlignment", "parts": []},
    }


def _lines(chosen: list[Line], stationings: dict[int, Stationing], positions: Positions) -> dict[str, Any]:
    """What the alignments of a feature say: their axes in model metres, and where stations are."""
    axes, about = [], []
    for line in chosen:
        if line.course is None:
            continue
        course, stationing = line.course, stationings[line.entity.id()]
        matrix = positions.matrix(line.entity.ObjectPlacement)
        shift = np.eye(4) if matrix is None else matrix.copy()
        shift[:3, 3] *= positions.length_m
        points = course.line()
        # an unknown height stays unknown: NaN travels through a turn about z only
        flat = np.where(np.isnan(points), 0.0, points) @ shift[:3, :3].T + shift[:3, 3]
        flat[np.isnan(points[:, 2]), 2] = np.nan
        axes.append(np.round(flat, 4))
        about.append(
            {
                "global_id": line.entity.GlobalId,
                "name": name_of(line),
                "length_m": round(course.length_m, 4),
                "start_station_m": stationing.station(0.0),
                "gaps": course.gaps(),
                "stations": [
                    {"name": s.name, "distance_m": round(s.distance_m, 4), "station_m": s.station_m}
                    for s in stationing.stations[:_MOST_STATIONS]
                ],
                "stations_total": len(stationing.stations),
            }
        )
    return {"axes": axes, "alignments": about}


def _outermost(lines: list[Line]) -> list[Line]:
    """An alignment with others as its parts is drawn once: by the parts, which have profiles."""
    numbers = {line.entity.id() for line in lines}
    wholes = {
        relation.RelatingObject.id()
        for line in lines
        for relation in line.entity.Decomposes
        if relation.RelatingObject.id() in numbers and line.course is not None and line.course.grades
    }
    return [line for line in lines if line.entity.id() not in wholes]


def _warnings(
    facilities: list[Any],
    lines: Lines,
    alone: list[Line],
    stationings: dict[int, Stationing],
    found: Infrastructure,
) -> Iterator[str]:
    others = Counter(f.is_a() for f in facilities if f.is_a() not in COLLECTIONS)
    for kind, count in sorted(others.items()):
        yield f"facility-kind: {count} {kind} have no collection in the catalogue; what is in them is loaded"
    refused = Counter(line.reason for line in lines.by_id.values() if line.course is None)
    for reason, count in sorted(refused.items(), key=str):
        yield f"alignment-unresolved: {count} alignments give no line: {reason}"
    instead = Counter(line.instead for line in lines.by_id.values() if line.instead is not None)
    for reason, count in sorted(instead.items()):
        yield (
            f"alignment-by-curve: {count} alignments are followed by their curve, their layout cannot be "
            f"followed: {reason}"
        )
    if alone:
        yield (
            f"alignment-alone: {len(alone)} alignments belong to no road, bridge or railway; their lines are "
            "kept as roads, or rails where they have cant, with confidence 0.5"
        )
    broken = sum(bool(line.course.gaps()) for line in lines.by_id.values() if line.course is not None)
    if broken:
        yield f"alignment-broken: {broken} alignments have stretches that do not meet; the line jumps there"
    degrees = sum(line.radians for line in lines.by_id.values())
    if degrees:
        yield (
            f"alignment-radians: the directions of {degrees} alignments only fit as radians, though the file "
            "states degrees; radians are taken"
        )
    cant = sum(line.cant and line.course is not None for line in lines.by_id.values())
    if cant:
        yield f"cant-left-out: {cant} alignments have cant; their lines are those of plan and profile"
    lost: Counter[str] = Counter()
    for stationing in stationings.values():
        lost.update(stationing.unresolved)
    for reason, count in sorted(lost.items()):
        yield f"referent-unresolved: {count} referents have no distance: {reason}"
    lineless = [row["global_id"] for name in ("road", "rail") for row in found.rows[name] if not row["axes"]]
    if lineless:
        yield (
            f"facility-without-line: {len(lineless)} roads or railways follow no alignment with a line: "
            + ", ".join(lineless[:20])
        )

"""What stands along a line: its distance and station, its part of the facility, its place."""

from __future__ import annotations

from typing import Any

import numpy as np

from loaders.ifc.linear.layout import Unresolved
from loaders.ifc.linear.lines import Lines
from loaders.ifc.linear.place import along_of
from loaders.ifc.linear.stationing import read_stationing
from loaders.ifc.positions import Positions
from loaders.ifc.properties import Sets
from loaders.ifc.spatial import Spatial
from loaders.ifc.values import text

Row = dict[str, Any]


def mark_along(
    model: Any,
    rows: dict[str, list[Row]],
    *,
    lines: Lines,
    sets: Sets,
    spatial: Spatial,
    positions: Positions,
) -> None:
    """Add to the rows of objects what the lines of the model say about them.

    `properties.along` tells the alignment, distance, station and offsets of a product that
    stands at a distance along it; `properties.facility_part` the part it is in. `placed` is
    the matrix, model metres, of everything that hangs on such a placement: kernels read the
    same curves, but not where they are cut at parameters. What cannot be followed is
    `doubtful`: it is drawn where the kernel has it, and the report names it.
    """
    if not model.schema.startswith("IFC4X3"):
        return
    by_id = {row["global_id"]: row for of_role in rows.values() for row in of_role}
    for row in by_id.values():
        if row["facility"] is None:
            continue
        product = model.by_guid(row["global_id"])
        part = next((w for w in spatial.above(product) if w.is_a("IfcFacilityPart")), None)
        if part is not None:
            kind = text(getattr(part, "PredefinedType", None))
            row["properties"]["facility_part"] = {"name": text(part.Name), "predefined_type": kind}
    stationings = {number: read_stationing(line, lines, sets) for number, line in lines.by_id.items()}
    for placement in model.by_type("IfcLinearPlacement"):
        try:
            along = along_of(placement.RelativePlacement.Location, lines.length_m)
        except Unresolved:  # counted where the placement is resolved
            continue
        number = lines.of_curve.get(along.curve.id()) if along.curve is not None else None
        line = lines.by_id.get(number) if number is not None else None
        for product in placement.PlacesObject:
            if product.GlobalId not in by_id:
                continue
            told: Row = {
                "distance_m": round(along.distance_m, 4),
                "lateral_m": round(along.lateral_m, 4),
                "vertical_m": round(along.vertical_m, 4),
            }
            if line is not None and number is not None:
                told["alignment"] = line.entity.GlobalId
                told["station_m"] = stationings[number].station(along.distance_m)
            by_id[product.GlobalId]["properties"]["along"] = told
    _place(model, by_id, positions)


def _place(model: Any, by_id: dict[str, Row], positions: Positions) -> None:
    """Matrices of everything placed on a line, directly or by what it is placed on."""
    pending = list(model.by_type("IfcLinearPlacement"))
    seen: set[int] = set()
    while pending:
        placement = pending.pop()
        if placement.id() in seen:
            continue
        seen.add(placement.id())
        pending += placement.ReferencedByPlacements
        matrix = positions.matrix(placement)
        if matrix is None:
            for product in placement.PlacesObject:
                if product.GlobalId in by_id:
                    by_id[product.GlobalId]["doubtful"] = True
            continue
        metres = matrix.copy()
        metres[:3, 3] *= positions.length_m
        if not np.isfinite(metres).all():
            continue
        for product in placement.PlacesObject:
            if product.GlobalId in by_id:
                by_id[product.GlobalId]["placed"] = metres.reshape(-1).tolist()

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


class Along:
    """What the lines of a model say about the objects on them.

    Parameters
    ----------
    model : ifcopenshell.file
        An open model; only IFC4.3 knows placements along a line.
    lines : Lines
        Its alignments.
    sets : dict
        What `loaders.ifc.properties` read.
    spatial : Spatial
        What is in what.
    positions : Positions
        Where it is.
    """

    def __init__(
        self, model: Any, *, lines: Lines, sets: Sets, spatial: Spatial, positions: Positions
    ) -> None:
        self._lines, self._spatial, self._positions = lines, spatial, positions
        self._known = model.schema.startswith("IFC4X3")
        self._on_lines = _on_lines(model) if self._known else set()
        # followed for those too that only an annotation stands on, so that the report tells of all
        for placement in model.by_type("IfcLinearPlacement") if self._known else ():
            positions.matrix(placement)
        self._stationings = (
            {number: read_stationing(line, lines, sets) for number, line in lines.by_id.items()}
            if self._on_lines
            else {}
        )

    def mark(self, product: Any, row: Row) -> None:
        """Add to the row of a product what the lines say.

        `properties.along` tells the alignment, distance, station and offsets of a product that
        stands at a distance along it; `properties.facility_part` the part it is in. `placed` is
        the matrix, model metres, of everything that hangs on such a placement: kernels read the
        same curves, but not where they are cut at parameters. What cannot be followed is
        `doubtful`: it is drawn where the kernel has it, and the report names it.
        """
        if not self._known:
            return
        if row["facility"] is not None:
            above = self._spatial.above(product)
            part = next((whole for whole in above if whole.is_a("IfcFacilityPart")), None)
            if part is not None:
                kind = text(getattr(part, "PredefinedType", None))
                row["properties"]["facility_part"] = {"name": text(part.Name), "predefined_type": kind}
        placement = getattr(product, "ObjectPlacement", None)
        if placement is None or placement.id() not in self._on_lines:
            return
        told = self._told(placement)
        if told is not None:
            row["properties"]["along"] = told
        matrix = self._positions.matrix(placement)
        if matrix is None:
            row["doubtful"] = True
            return
        metres = matrix.copy()
        metres[:3, 3] *= self._positions.length_m
        if np.isfinite(metres).all():
            row["placed"] = metres.reshape(-1).tolist()

    def _told(self, placement: Any) -> Row | None:
        """Where along which line, for what is placed on it directly."""
        if not placement.is_a("IfcLinearPlacement"):
            return None
        try:
            along = along_of(placement.RelativePlacement.Location, self._lines.length_m)
        except Unresolved:  # counted where the placement is resolved
            return None
        told: Row = {
            "distance_m": round(along.distance_m, 4),
            "lateral_m": round(along.lateral_m, 4),
            "vertical_m": round(along.vertical_m, 4),
        }
        number = self._lines.of_curve.get(along.curve.id()) if along.curve is not None else None
        line = self._lines.by_id.get(number) if number is not None else None
        if line is not None and number is not None:
            told["alignment"] = line.entity.GlobalId
            told["station_m"] = self._stationings[number].station(along.distance_m)
        return told


def _on_lines(model: Any) -> set[int]:
    """Entity numbers of the placements along a line, and of all that are placed on those."""
    pending = list(model.by_type("IfcLinearPlacement"))
    seen: set[int] = set()
    while pending:
        placement = pending.pop()
        if placement.id() not in seen:
            seen.add(placement.id())
            pending += placement.ReferencedByPlacements
    return seen

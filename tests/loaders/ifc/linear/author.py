"""A small IFC4X3 model for tests: one line of a straight and an arc, and what stands along it."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import ifcopenshell.api.aggregate
import ifcopenshell.api.alignment
import ifcopenshell.api.geometry
import ifcopenshell.api.spatial

from tests.loaders.ifc.author import House

STRAIGHT, RADIUS, ARC = 100.0, 200.0, 50.0
SLOPE = 0.02


class Street(House):
    """A georeferenced file with a road; its line goes east for 100 m, then bends left."""

    def __init__(self, *, millimetres: bool = False, risen: float = STRAIGHT + ARC) -> None:
        super().__init__("IFC4X3_ADD2", millimetres=millimetres)
        self.georeference()
        self.risen = risen  # metres of the line that have a profile
        self.line = self.lay("轴线", 0.0)

    def lay(self, name: str, north: float) -> Any:
        """An alignment of a straight and an arc that starts on the y axis."""
        api, k = ifcopenshell.api.alignment, self.scale
        line = api.create(self.model, name, include_vertical=True)
        design = (
            ("LINE", 0.0, north, 0.0, 0.0, STRAIGHT),
            ("CIRCULARARC", STRAIGHT, north, 0.0, RADIUS, ARC),
        )
        for kind, x, y, heading, radius, length in design:
            stated = self.model.create_entity(
                "IfcAlignmentHorizontalSegment",
                StartPoint=self.model.create_entity("IfcCartesianPoint", (x * k, y * k)),
                StartDirection=heading, StartRadiusOfCurvature=radius * k, EndRadiusOfCurvature=radius * k,
                SegmentLength=length * k, PredefinedType=kind,
            )  # fmt: skip
            api.create_layout_segment(self.model, api.get_horizontal_layout(line), stated)
        rise = self.model.create_entity(
            "IfcAlignmentVerticalSegment", StartDistAlong=0.0, HorizontalLength=self.risen * k,
            StartHeight=3.0 * k, StartGradient=SLOPE, EndGradient=SLOPE, PredefinedType="CONSTANTGRADIENT",
        )  # fmt: skip
        api.create_layout_segment(self.model, api.get_vertical_layout(line), rise)
        return line

    def facility(self, ifc_class: str, name: str) -> Any:
        """A facility under the site."""
        made = self.make(ifc_class, name)
        ifcopenshell.api.aggregate.assign_object(self.model, products=[made], relating_object=self.site)
        return made

    def along(self, distance: float, lateral: float = 0.0, vertical: float = 0.0, **kind: Any) -> Any:
        """A linear placement; `parameter=True` measures by the curve's parameter."""
        measure = "IfcParameterValue" if kind.get("parameter") else "IfcLengthMeasure"
        k = self.scale
        point = self.model.create_entity(
            "IfcPointByDistanceExpression", self.model.create_entity(measure, distance * k), lateral * k,
            vertical * k, None, ifcopenshell.api.alignment.get_curve(self.line),
        )  # fmt: skip
        axes = self.model.create_entity("IfcAxis2PlacementLinear", point, None, None)
        return self.model.create_entity("IfcLinearPlacement", None, axes, None)

    def stand(self, ifc_class: str, name: str, where: Any, at: Any, size: tuple[float, ...]) -> Any:
        """A box at a linear placement, in a facility."""
        made = self.make(ifc_class, name)
        self.show(made, self.box(*size))
        made.ObjectPlacement = at
        ifcopenshell.api.spatial.assign_container(self.model, products=[made], relating_structure=where)
        return made

    def saved(self, folder: Path) -> Path:
        """Write the file."""
        return self.write(folder / "street.ifc")


def on_the_arc(distance: float, lateral: float = 0.0) -> tuple[float, float, float]:
    """Hand-computed point of the line in model metres: the arc's centre is (100, 200)."""
    height = 3.0 + SLOPE * distance
    if distance <= STRAIGHT:
        return distance, lateral, height
    turn = (distance - STRAIGHT) / RADIUS
    inner = RADIUS - lateral
    return STRAIGHT + inner * math.sin(turn), RADIUS - inner * math.cos(turn), height

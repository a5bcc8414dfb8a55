"""The empty project a model starts from: units, contexts and its place on the ground."""

from __future__ import annotations

import math
from typing import Any, Protocol

import ifcopenshell.api.context
import ifcopenshell.api.georeference
import ifcopenshell.api.project
import ifcopenshell.api.root
import ifcopenshell.api.unit

from sample_data.models.parts import Place

Entity = Any


class Placed(Protocol):
    """What a project is opened for: a model with a code, a name and a place."""

    @property
    def code(self) -> str:
        """Code of the model."""

    @property
    def name_zh(self) -> str:
        """Chinese name."""

    @property
    def place(self) -> Place:
        """Where it stands."""


def open_project(layout: Placed, version: str = "IFC4") -> tuple[Any, Entity, Entity]:
    """Give a new file in metres with its IfcProject and its Body context.

    The local frame is tied to EPSG:4547 and EPSG:5737 by an IfcMapConversion. The
    API's default unit is the millimetre, so the units are stated.
    """
    file = ifcopenshell.api.project.create_file(version=version)
    project = ifcopenshell.api.root.create_entity(
        file, ifc_class="IfcProject", name=f"{layout.code} {layout.name_zh}"
    )
    units = [
        ifcopenshell.api.unit.add_si_unit(file, unit_type=kind)
        for kind in ("LENGTHUNIT", "AREAUNIT", "VOLUMEUNIT", "PLANEANGLEUNIT")
    ]
    assignment = ifcopenshell.api.unit.assign_unit(file, units=units)
    # the API keeps units in a set, whose order follows a counter of the whole process
    assignment.Units = units
    model = ifcopenshell.api.context.add_context(file, context_type="Model")
    body = ifcopenshell.api.context.add_context(
        file, context_type="Model", context_identifier="Body", target_view="MODEL_VIEW", parent=model
    )
    _georeference(file, layout.place)
    return file, project, body


def _georeference(file: Any, place: Place) -> None:
    turn = math.radians(place.rotation_deg)
    ifcopenshell.api.georeference.add_georeferencing(file, ifc_class="IfcMapConversion", name="EPSG:4547")
    ifcopenshell.api.georeference.edit_georeferencing(
        file,
        projected_crs={
            "Name": "EPSG:4547",
            "Description": "CGCS2000 / 3-degree Gauss-Kruger CM 114E",
            "GeodeticDatum": "China 2000",
            "VerticalDatum": "EPSG:5737",
            "MapProjection": "Gauss-Kruger",
            "MapZone": "CM 114E",
        },
        coordinate_operation={
            "Eastings": place.easting_m,
            "Northings": place.northing_m,
            "OrthogonalHeight": place.height_m,
            "XAxisAbscissa": math.cos(turn),
            "XAxisOrdinate": math.sin(turn),
            "Scale": 1.0,
        },
    )

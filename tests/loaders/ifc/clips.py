"""Walls with clips, openings and bent profiles, written for tests. Lengths in metres."""

from __future__ import annotations

from typing import Any

import ifcopenshell.api.feature
import ifcopenshell.api.style

from tests.loaders.ifc.author import House

SIZE = (4.0, 0.2, 3.0)
Ring = list[tuple[float, float]]


def gable(house: House, *, agreement: bool, level: float | None = None, ring: Ring | None = None) -> Any:
    """A half space over (agreement false) or under the plane z = 1 + x / 2, or z = `level`.

    With a ring it is bounded; the ring stands in the ground plane.
    """
    model, scale = house.model, house.scale
    normal = (-0.5, 0.0, 1.0) if level is None else (0.0, 0.0, 1.0)
    height = (1.0 if level is None else level) * scale
    surface = model.create_entity("IfcPlane", _axes(house, (0.0, 0.0, height), normal))
    if ring is None:
        return model.create_entity("IfcHalfSpaceSolid", surface, agreement)
    points = [model.create_entity("IfcCartesianPoint", (x * scale, y * scale)) for x, y in [*ring, ring[0]]]
    boundary = model.create_entity("IfcPolyline", points)
    position = _axes(house, (0.0, 0.0, 0.0), (0.0, 0.0, 1.0))
    return model.create_entity("IfcPolygonalBoundedHalfSpace", surface, agreement, position, boundary)


def clipped_wall(house: House, clips: list[Any]) -> Any:
    """A wall whose body is clipped by half spaces, one after the other."""
    wall = house.put(house.make("IfcWall", "山墙"), SIZE, (1.0, 2.0, 0.0))
    (representation,) = wall.Representation.Representations
    (item,) = representation.Items
    for clip in clips:
        item = house.model.create_entity("IfcBooleanClippingResult", "DIFFERENCE", item, clip)
    representation.Items = [item]
    representation.RepresentationType = "Clipping"
    return wall


def mapped_wall(house: House, like: Any = None) -> Any:
    """A wall that shows a mapped body; of the same map as `like`."""
    model = house.model
    if like is None:
        source = model.create_entity(
            "IfcRepresentationMap", _axes(house, (0.0, 0.0, 0.0), (0.0, 0.0, 1.0)), house.box(*SIZE)
        )
    else:
        source = like.Representation.Representations[0].Items[0].MappingSource
    origin = model.create_entity("IfcCartesianPoint", (0.0, 0.0, 0.0))
    target = model.create_entity("IfcCartesianTransformationOperator3D", LocalOrigin=origin)
    item = model.create_entity("IfcMappedItem", source, target)
    wall = house.put(house.make("IfcWall", "标准墙"), SIZE, (1.0, 2.0 if like is None else 4.0, 0.0))
    (representation,) = wall.Representation.Representations
    representation.Items = [item]
    representation.RepresentationType = "MappedRepresentation"
    return wall


def hole(house: House, wall: Any, size: tuple[float, float, float], at: tuple[float, float, float]) -> Any:
    """An opening in a wall; `at` in model metres."""
    opening = house.make("IfcOpeningElement", "洞")
    house.show(opening, house.box(*size))
    house.place(opening, *at)
    ifcopenshell.api.feature.add_feature(house.model, feature=opening, element=wall)
    house.place(opening, at[0], 2.0 + at[1], at[2])
    return opening


def red(house: House, product: Any) -> None:
    """Paint the body's item itself, as most programs do."""
    style = ifcopenshell.api.style.add_style(house.model, name="红")
    ifcopenshell.api.style.add_surface_style(
        house.model,
        style=style,
        ifc_class="IfcSurfaceStyleShading",
        attributes={"SurfaceColour": {"Name": None, "Red": 1.0, "Green": 0.0, "Blue": 0.0}},
    )
    (item,) = product.Representation.Representations[0].Items
    house.model.create_entity("IfcStyledItem", item, [style])


def tube(house: House) -> Any:
    """A member whose profile is half a circle, closed by a line."""
    model, scale = house.model, house.scale
    beam = house.put(house.make("IfcMember", "弧"), (0.3, 0.3, 1.0), (0.0, 0.0, 0.0))
    (solid,) = beam.Representation.Representations[0].Items
    centre = model.create_entity("IfcAxis2Placement2D", model.create_entity("IfcCartesianPoint", (0.0, 0.0)))
    circle = model.create_entity("IfcCircle", centre, 0.3 * scale)
    ends = [model.create_entity("IfcCartesianPoint", (x * scale, 0.0)) for x in (0.3, -0.3)]
    arc = model.create_entity("IfcTrimmedCurve", circle, [ends[0]], [ends[1]], True, "CARTESIAN")
    line = model.create_entity("IfcPolyline", [ends[1], ends[0]])
    segments = [
        model.create_entity("IfcCompositeCurveSegment", "CONTINUOUS", True, curve) for curve in (arc, line)
    ]
    curve = model.create_entity("IfcCompositeCurve", segments, False)
    solid.SweptArea = model.create_entity("IfcArbitraryClosedProfileDef", "AREA", None, curve)
    return beam


def _axes(house: House, at: tuple[float, float, float], up: tuple[float, float, float]) -> Any:
    model = house.model
    return model.create_entity(
        "IfcAxis2Placement3D",
        model.create_entity("IfcCartesianPoint", at),
        model.create_entity("IfcDirection", up),
        model.create_entity("IfcDirection", (1.0, 0.0, 0.0)),
    )

"""Solids, styles, materials and placements of a model, each written once and shared."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from sample_data.models.parts import Ring

Entity = Any
Xyz = tuple[float, float, float]

# name -> (red, green, blue, transparency), all 0..1
PALETTE: dict[str, tuple[float, float, float, float]] = {
    "render": (0.93, 0.89, 0.82, 0.0),
    "accent": (0.72, 0.42, 0.30, 0.0),
    "concrete": (0.74, 0.74, 0.72, 0.0),
    "plaster": (0.95, 0.95, 0.93, 0.0),
    "floor": (0.80, 0.77, 0.72, 0.0),
    "wood": (0.55, 0.38, 0.24, 0.0),
    "frame": (0.32, 0.34, 0.36, 0.0),
    "glass": (0.55, 0.75, 0.85, 0.65),
    "steel": (0.60, 0.63, 0.66, 0.0),
    "fire": (0.80, 0.12, 0.10, 0.0),
    "device": (0.97, 0.97, 0.97, 0.0),
    "water": (0.25, 0.50, 0.80, 0.0),
    "waste": (0.45, 0.36, 0.28, 0.0),
    "air": (0.55, 0.72, 0.62, 0.0),
    "power": (0.90, 0.70, 0.20, 0.0),
    "asphalt": (0.22, 0.22, 0.24, 0.0),
    "paving": (0.68, 0.62, 0.56, 0.0),
    "earth": (0.52, 0.42, 0.30, 0.0),
    "marking": (0.96, 0.96, 0.94, 0.0),
    "sign": (0.10, 0.35, 0.72, 0.0),
    "plant": (0.16, 0.42, 0.52, 0.0),
    "space": (0.65, 0.80, 0.95, 0.75),
}


class Shapes:
    """Cache of geometry: the same request gives the same entity.

    Lengths are metres; rings are open and counter-clockwise.
    """

    def __init__(self, file: Any, body: Entity) -> None:
        self._file = file
        self._body = body
        self._made: dict[tuple[Any, ...], Entity] = {}

    def _once(self, key: tuple[Any, ...], ifc_class: str, *arguments: Any) -> Entity:
        if key not in self._made:
            self._made[key] = self._file.create_entity(ifc_class, *arguments)
        return self._made[key]

    def point(self, *xyz: float) -> Entity:
        """Cartesian point of two or three coordinates."""
        at = tuple(round(float(v), 4) + 0.0 for v in xyz)
        return self._once(("point", at), "IfcCartesianPoint", at)

    def direction(self, *xyz: float) -> Entity:
        """Direction ratios, normalised by the reader."""
        ratios = tuple(round(float(v), 9) + 0.0 for v in xyz)
        return self._once(("direction", ratios), "IfcDirection", ratios)

    def axes(
        self, xyz_m: Sequence[float], turn_deg: float = 0.0, up: Sequence[float] | None = None
    ) -> Entity:
        """Frame at a point, turned counter-clockwise about z, or with its z along `up`."""
        key = ("axes", tuple(round(float(v), 4) + 0.0 for v in xyz_m), turn_deg % 360, tuple(up or ()))
        if key in self._made:
            return self._made[key]
        axis = x_axis = None
        if up is not None:
            axis = self.direction(*up)
            # any direction across `up` will do for x: pick the one nearest to east or north
            x_axis = self.direction(*((0.0, 1.0, 0.0) if abs(up[0]) > 0.9 else (1.0, 0.0, 0.0)))
        elif turn_deg % 360:
            turn = math.radians(turn_deg)
            axis, x_axis = self.direction(0, 0, 1), self.direction(math.cos(turn), math.sin(turn), 0)
        return self._once(key, "IfcAxis2Placement3D", self.point(*xyz_m), axis, x_axis)

    def placement(self, parent: Entity | None, xyz_m: Sequence[float], turn_deg: float = 0.0) -> Entity:
        """Local placement relative to a parent placement."""
        frame = self.axes(xyz_m, turn_deg)
        return self._once(
            ("placement", parent and parent.id(), frame.id()), "IfcLocalPlacement", parent, frame
        )

    def material(self, name: str) -> Entity:
        """Material by its name."""
        return self._once(("material", name), "IfcMaterial", name)

    def _style(self, name: str) -> Entity:
        key = ("style", name)
        if key not in self._made:
            red, green, blue, clear = PALETTE[name]
            colour = self._file.create_entity("IfcColourRgb", None, red, green, blue)
            shading = self._file.create_entity("IfcSurfaceStyleShading", colour, clear)
            self._made[key] = self._file.create_entity("IfcSurfaceStyle", name, "BOTH", [shading])
        return self._made[key]

    def _extrude(
        self, key: tuple[Any, ...], profile: Entity, frame: Entity, depth_m: float, style: str
    ) -> Entity:
        solid = self._file.create_entity(
            "IfcExtrudedAreaSolid", profile, frame, self.direction(0, 0, 1), round(depth_m, 4)
        )
        self._file.create_entity("IfcStyledItem", solid, [self._style(style)])
        self._made[key] = solid
        return solid

    def box(self, low: Xyz, high: Xyz, style: str = "concrete") -> Entity:
        """Axis-aligned box between two corners."""
        (x0, y0, z0), (x1, y1, z1) = low, high
        key = ("box", *(round(v, 4) for v in (x0, y0, z0, x1, y1, z1)), style)
        if key in self._made:
            return self._made[key]
        width, depth = round(x1 - x0, 4), round(y1 - y0, 4)
        profile = self._once(
            ("rectangle", width, depth), "IfcRectangleProfileDef", "AREA", None, None, width, depth
        )
        return self._extrude(key, profile, self.axes(((x0 + x1) / 2, (y0 + y1) / 2, z0)), z1 - z0, style)

    def _curve(self, ring: Sequence[tuple[float, float]]) -> Entity:
        return self._file.create_entity("IfcPolyline", [self.point(*p) for p in (*ring, ring[0])])

    def prism(
        self, ring: Ring, z0: float, depth_m: float, style: str = "concrete", holes: Sequence[Ring] = ()
    ) -> Entity:
        """Upright prism over a ring, with holes where shafts pass."""
        key = ("prism", ring, tuple(holes), round(z0, 4), round(depth_m, 4), style)
        if key in self._made:
            return self._made[key]
        outer = self._curve(ring)
        if holes:
            inner = [self._curve(hole) for hole in holes]
            profile = self._file.create_entity("IfcArbitraryProfileDefWithVoids", "AREA", None, outer, inner)
        else:
            profile = self._file.create_entity("IfcArbitraryClosedProfileDef", "AREA", None, outer)
        return self._extrude(key, profile, self.axes((0, 0, z0)), depth_m, style)

    def side(self, outline_xz: Ring, y0: float, width_m: float, style: str = "concrete") -> Entity:
        """Prism over an outline in the x-z plane, `width_m` towards negative y from y0 (stairs, gables)."""
        key = ("side", outline_xz, round(y0, 4), round(width_m, 4), style)
        if key in self._made:
            return self._made[key]
        profile = self._file.create_entity(
            "IfcArbitraryClosedProfileDef", "AREA", None, self._curve(outline_xz)
        )
        frame = self._file.create_entity(  # x stays, profile y becomes z, so the extrusion runs to -y
            "IfcAxis2Placement3D", self.point(0, y0, 0), self.direction(0, -1, 0), self.direction(1, 0, 0)
        )
        return self._extrude(key, profile, frame, width_m, style)

    def rod(
        self, at: Xyz, along: Xyz, length_m: float,
        radius_m: float, style: str = "steel",
    ) -> Entity:  # fmt: skip
        """Cylinder from a point along a direction."""
        key = ("rod", at, along, round(length_m, 4), round(radius_m, 4), style)
        if key in self._made:
            return self._made[key]
        profile = self._once(("circle", radius_m), "IfcCircleProfileDef", "AREA", None, None, radius_m)
        up = None if along == (0.0, 0.0, 1.0) else along
        return self._extrude(key, profile, self.axes(at, up=up), length_m, style)

    # -- representations ---------------------------------------------------------

    def _representation(self, sort: str, items: Sequence[Entity]) -> Entity:
        return self._file.create_entity("IfcShapeRepresentation", self._body, "Body", sort, list(items))

    def direct(self, solids: Sequence[Entity]) -> Entity:
        """Shape of a product drawn by its own solids (walls that carry openings)."""
        shape = self._representation("SweptSolid", solids)
        return self._file.create_entity("IfcProductDefinitionShape", None, None, [shape])

    def map(self, solids: Sequence[Entity]) -> Entity:
        """Shape of a type, to be mapped into its occurrences."""
        origin = self.axes((0, 0, 0))
        return self._file.create_entity(
            "IfcRepresentationMap", origin, self._representation("SweptSolid", solids)
        )

    def mapped(self, shape_map: Entity | None) -> Entity | None:
        """Shape of an occurrence that repeats its type's; None when the type has no shape."""
        if shape_map is None:
            return None
        target = self._once(
            ("target",), "IfcCartesianTransformationOperator3D", None, None, self.point(0, 0, 0), None, None
        )
        item = self._once(("item", shape_map.id()), "IfcMappedItem", shape_map, target)
        shape = self._representation("MappedRepresentation", [item])
        return self._file.create_entity("IfcProductDefinitionShape", None, None, [shape])

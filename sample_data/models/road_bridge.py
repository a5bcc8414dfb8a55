"""The bridge: a deck that follows the line, girders, bearings, piers and abutments."""

from __future__ import annotations

from typing import Any

from sample_data.models import road_plan as plan
from sample_data.models.road_author import RoadAuthor
from sample_data.models.road_works import height

Entity = Any
_CAP, _CAP_HALF, _STEM_RADIUS, _STEM_Y = 1.8, 9.0, 0.7, 5.0
_FOOTING, _FOOTING_HALF, _FOOTING_DEPTH = 3.0, 8.0, 1.5


def bridge(author: RoadAuthor, whole: Entity) -> None:
    """Draw the bridge into its parts."""
    deck = author.structure(
        "IfcBridgePart", "桥面", whole, "part/deck", UsageType="LONGITUDINAL", PredefinedType="DECK"
    )
    upper = author.structure(
        "IfcBridgePart", "上部结构", whole, "part/superstructure", UsageType="LONGITUDINAL",
        PredefinedType="SUPERSTRUCTURE",
    )  # fmt: skip
    _deck(author, deck)
    _railings(author, deck)
    _girders(author, upper)
    for number in range(1, plan.SPANS):
        _pier(author, whole, number)
    for key, name, at in (("west", "西桥台", plan.BRIDGE_START), ("east", "东桥台", plan.BRIDGE_END)):
        _abutment(author, whole, key, name, at)


def _deck(author: RoadAuthor, part: Entity) -> None:
    """One slab, swept along the line itself."""
    file, top, half = author.file, plan.DECK_TOP, plan.HALF_WIDTH
    ring = ((-half, top - plan.DECK), (half, top - plan.DECK), (half, top), (-half, top))
    profile = file.create_entity(
        "IfcArbitraryClosedProfileDef", "AREA", None,
        file.create_entity("IfcPolyline", [author.shapes.point(*p) for p in (*ring, ring[0])]),
    )  # fmt: skip
    ends = [author.along(at).RelativePlacement for at in (plan.BRIDGE_START, plan.BRIDGE_END)]
    solid = file.create_entity("IfcSectionedSolidHorizontal", author.curve, [profile, profile], ends)
    shape = file.create_entity("IfcShapeRepresentation", author.body, "Body", "AdvancedSweptSolid", [solid])
    slab = author.root(
        "IfcSlab", "现浇桥面板", PredefinedType="FLOOR",
        ObjectPlacement=author.shapes.placement(author.site.ObjectPlacement, (0, 0, 0)),
        Representation=file.create_entity("IfcProductDefinitionShape", None, None, [shape]),
        path="deck",
    )  # fmt: skip
    author.contain(part, slab)


def _railings(author: RoadAuthor, part: Entity) -> None:
    for at, length in plan.pieces(plan.BRIDGE_START, plan.BRIDGE_END):
        for way in (1.0, -1.0):
            edge = way * (plan.HALF_WIDTH - 0.1)
            solid = author.shapes.box((0.0, edge - 0.05, 0.15), (length, edge + 0.05, 1.25), "steel")
            author.put(
                "IfcRailing", "桥梁护栏", part, author.along(at), [solid], kind="GUARDRAIL", material="钢"
            )


def _girders(author: RoadAuthor, part: Entity) -> None:
    top, half = plan.GIRDER_TOP, plan.GIRDER_WIDTH / 2
    length = plan.SPAN - 2 * plan.GIRDER_GAP
    girder = author.shapes.box((0.0, -half, top - plan.GIRDER_DEPTH), (length, half, top), "concrete")
    low = top - plan.GIRDER_DEPTH - plan.BEARING
    pad = author.shapes.box((-0.25, -0.25, low), (0.25, 0.25, low + plan.BEARING), "frame")
    for span in range(plan.SPANS):
        start = plan.BRIDGE_START + span * plan.SPAN
        for lateral in plan.GIRDERS:
            author.put(
                "IfcBeam", "预制T梁30m", part, author.along(start + plan.GIRDER_GAP, lateral), [girder],
                kind="GIRDER_SEGMENT", material="C50混凝土",
            )  # fmt: skip
            for at in (start + 0.6, start + plan.SPAN - 0.6):
                author.put(
                    "IfcBearing", "板式橡胶支座", part, author.along(at, lateral), [pad], kind="ELASTOMERIC",
                    material="橡胶",
                )  # fmt: skip


def _pier(author: RoadAuthor, whole: Entity, number: int) -> None:
    at = plan.BRIDGE_START + number * plan.SPAN
    part = author.structure(
        "IfcBridgePart", f"{number}号桥墩", whole, f"part/pier/{number}", UsageType="VERTICAL",
        PredefinedType="PIER",
    )  # fmt: skip
    place = author.along(at, plumb=True)
    low = plan.CAP_TOP - plan.CAP_DEPTH
    cap = author.shapes.box((-_CAP / 2, -_CAP_HALF, low), (_CAP / 2, _CAP_HALF, plan.CAP_TOP), "concrete")
    author.put("IfcBeam", "盖梁", part, place, [cap], kind="PIERCAP", material="C40混凝土")
    foot = round(plan.RIVER_BED - height(at), 3)
    for lateral in (_STEM_Y, -_STEM_Y):
        stem = author.shapes.rod((0.0, 0.0, foot), (0.0, 0.0, 1.0), low - foot, _STEM_RADIUS, "concrete")
        author.put(
            "IfcColumn", "圆柱墩", part, author.along(at, lateral, plumb=True), [stem], kind="PIERSTEM",
            material="C40混凝土",
        )  # fmt: skip
    half = _FOOTING / 2
    block = author.shapes.box(
        (-half, -_FOOTING_HALF, foot - _FOOTING_DEPTH), (half, _FOOTING_HALF, foot), "concrete"
    )
    author.put("IfcFooting", "承台", part, place, [block], kind="PILE_CAP", material="C35混凝土")


def _abutment(author: RoadAuthor, whole: Entity, key: str, name: str, at: float) -> None:
    part = author.structure(
        "IfcBridgePart", name, whole, f"part/abutment/{key}", UsageType="VERTICAL", PredefinedType="ABUTMENT"
    )
    back = -1.2 if key == "west" else 0.0
    foot = plan.GROUND - 2.0 - height(at)
    wall = author.shapes.box(
        (back, -plan.HALF_WIDTH, foot), (back + 1.2, plan.HALF_WIDTH, plan.CAP_TOP), "concrete"
    )
    author.put(
        "IfcWall", "桥台台身", part, author.along(at, plumb=True), [wall], kind="RETAININGWALL",
        material="C35混凝土",
    )  # fmt: skip

"""What a road is built of: courses, kerbs, sidewalks, fill, markings; and what stands beside it."""

from __future__ import annotations

from typing import Any

from sample_data.models import road_plan as plan
from sample_data.models.road_author import RoadAuthor

Entity = Any
_MARK, _MARK_STEP = 6.0, 20.0
_MAIN_RADIUS, _DUCT_RADIUS = 0.15, 0.10
_POLE = 8.0


def pavement(author: RoadAuthor, road: Entity) -> None:
    """Courses, kerbs and sidewalks over the whole length, foundation and fill beside the bridge."""
    parts = {
        key: author.structure(
            "IfcRoadPart", name, road, f"part/{key}", UsageType="LONGITUDINAL", PredefinedType=kind
        )
        for key, name, kind in (
            ("carriageway", "机动车道", "CARRIAGEWAY"),
            ("left", "左侧人行道", "SIDEWALK"),
            ("right", "右侧人行道", "SIDEWALK"),
        )
    }
    whole = plan.pieces(0.0, plan.BRIDGE_START)
    whole += plan.pieces(plan.BRIDGE_START, plan.BRIDGE_END)
    whole += plan.pieces(plan.BRIDGE_END, author.length_m)
    tops = []
    for at, length in whole:
        on_ground = not plan.BRIDGE_START <= at < plan.BRIDGE_END
        layers = (*plan.SURFACING, *plan.FOUNDATION) if on_ground else plan.SURFACING
        for index, (zh, _, top, thick) in enumerate(layers):
            style = "asphalt" if index < len(plan.SURFACING) else "earth"
            course = author.put(
                "IfcCourse", zh, parts["carriageway"], author.along(at),
                [_slab(author, length, (-plan.HALF_ROAD, plan.HALF_ROAD), (top - thick, top), style)],
                kind="PAVEMENT", material=zh,
            )  # fmt: skip
            if index == 0:
                tops.append(course)
        for key, way in (("left", 1.0), ("right", -1.0)):
            _side(author, parts[key], at, length, way)
        if on_ground:
            _fill(author, parts["carriageway"], at, length)
    _markings(author, tops, whole)
    _mains(author, parts, whole)


def furniture(author: RoadAuthor, road: Entity) -> None:
    """Street lights left and right by turns, and signs."""
    side = author.structure(
        "IfcRoadPart",
        "路侧设施带",
        road,
        "part/roadside",
        UsageType="LONGITUDINAL",
        PredefinedType="ROADSIDE",
    )
    pole = [
        author.shapes.rod((0.0, 0.0, 0.0), (0.0, 0.0, 1.0), _POLE, 0.08, "steel"),
        author.shapes.box((-0.2, -1.5, _POLE - 0.15), (0.2, 0.1, _POLE), "frame"),
    ]
    for number in range(plan.LIGHTS):
        at = plan.LIGHT_FIRST + number * plan.LIGHT_STEP
        lateral = (plan.HALF_ROAD + 0.6) * (1 if number % 2 == 0 else -1)
        light = author.put(
            "IfcLightFixture", "LED路灯", side, author.along(at, lateral, 0.15, plumb=True), pole,
            kind="POINTSOURCE", Tag=f"LD-{number + 1:02d}",
        )  # fmt: skip
        author.describe(light, "LH_Common", {"NameEn": f"Street light {number + 1}"})
    board = [
        author.shapes.rod((0.0, 0.0, 0.0), (0.0, 0.0, 1.0), 3.0, 0.05, "steel"),
        author.shapes.box((-0.03, -0.5, 2.2), (0.03, 0.5, 3.0), "sign"),
    ]
    signs = (("限速60", 20.0), ("桥梁限重55t", 205.0), ("布吉河", 262.0), ("前方路口", 600.0))
    for name, at in signs:
        author.put(
            "IfcSign", name, side, author.along(at, -plan.HALF_ROAD - 1.0, 0.15, plumb=True), board,
            kind="PICTORAL",
        )  # fmt: skip


def _slab(
    author: RoadAuthor, length: float, y_m: tuple[float, float], z_m: tuple[float, float], style: str
) -> Entity:
    return author.shapes.box((0.0, min(y_m), min(z_m)), (length, max(y_m), max(z_m)), style)


def _side(author: RoadAuthor, part: Entity, at: float, length: float, way: float) -> None:
    kerb = (way * plan.HALF_ROAD, way * (plan.HALF_ROAD + plan.KERB))
    walk = (way * (plan.HALF_ROAD + plan.KERB), way * plan.HALF_WIDTH)
    place = author.along(at)
    stone = _slab(author, length, kerb, (-0.10, 0.15), "concrete")
    author.put("IfcKerb", "花岗岩路缘石", part, place, [stone], material="花岗岩")
    paving = _slab(author, length, walk, (-0.10, 0.15), "paving")
    author.put("IfcPavement", "透水砖人行道", part, place, [paving], kind="RIGID", material="透水砖")


def _fill(author: RoadAuthor, part: Entity, at: float, length: float) -> None:
    depth = round(height(at) + plan.FILL_TOP - plan.GROUND, 2)
    if depth > plan.FILL_LEAST:
        width = (-plan.HALF_WIDTH, plan.HALF_WIDTH)
        solid = _slab(author, length, width, (plan.FILL_TOP - depth, plan.FILL_TOP), "earth")
        author.put(
            "IfcEarthworksFill",
            "路堤填方",
            part,
            author.along(at),
            [solid],
            kind="EMBANKMENT",
            material="填土",
        )


def height(distance_m: float) -> float:
    """Height of the line at a chainage: two slopes, and the parabola between them."""
    (_, z0), (x1, z1), (x2, z2) = plan.VPOINTS
    first, last = (z1 - z0) / x1, (z2 - z1) / (x2 - x1)
    start = x1 - plan.VERTICAL_CURVE / 2
    if distance_m <= start:
        return z0 + first * distance_m
    if distance_m >= start + plan.VERTICAL_CURVE:
        return z1 + last * (distance_m - x1)
    along = distance_m - start
    return z0 + first * distance_m + (last - first) / plan.VERTICAL_CURVE * along**2 / 2


def _markings(author: RoadAuthor, tops: list[Entity], whole: list[tuple[float, float]]) -> None:
    """Dashes of the middle line, adhering to the course they are painted on."""
    stroke = [author.shapes.box((0.0, -0.075, 0.0), (_MARK, 0.075, 0.004), "marking")]
    mapped = author.shapes.map(stroke)
    painted: dict[int, list[Entity]] = {}
    at = 4.0
    while at + _MARK < author.length_m:
        dash = author.root(
            "IfcSurfaceFeature", "车道分界线", ObjectPlacement=author.along(at),
            Representation=author.shapes.mapped(mapped), PredefinedType="LINEMARKING",
        )  # fmt: skip
        under = max(index for index, (start, _) in enumerate(whole) if start <= at)
        painted.setdefault(under, []).append(dash)
        at += _MARK_STEP
    for under, dashes in painted.items():
        author.root(
            "IfcRelAdheresToElement", None,
            RelatingElement=tops[under], RelatedSurfaceFeatures=dashes,
        )  # fmt: skip


def _mains(author: RoadAuthor, parts: dict[str, Entity], whole: list[tuple[float, float]]) -> None:
    water = author.root("IfcDistributionSystem", "给水干管", LongName="JS-RDB", PredefinedType="WATERSUPPLY")
    power = author.root("IfcDistributionSystem", "电力排管", LongName="DL-RDB", PredefinedType="ELECTRICAL")
    for at, length in whole:
        pipe = author.shapes.rod((0.0, 0.0, 0.0), (1.0, 0.0, 0.0), length, _MAIN_RADIUS, "water")
        duct = author.shapes.rod((0.0, 0.0, 0.0), (1.0, 0.0, 0.0), length, _DUCT_RADIUS, "power")
        lateral = plan.HALF_ROAD + 1.6
        main = author.put(
            "IfcPipeSegment", "DN300球墨铸铁给水管", parts["left"], author.along(at, lateral, -0.30), [pipe],
            kind="RIGIDSEGMENT", material="球墨铸铁",
        )  # fmt: skip
        cable = author.put(
            "IfcCableCarrierSegment", "电力导管", parts["right"], author.along(at, -lateral, -0.30), [duct],
            kind="CONDUITSEGMENT", material="MPP",
        )  # fmt: skip
        author.group(water, main)
        author.group(power, cable)

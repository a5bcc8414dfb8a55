"""Inside the flats: partitions, room doors, and the IfcSpace that joins the housing table."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import shapely

from sample_data.models import tower_plan as plan
from sample_data.models.author import Author
from sample_data.models.joinery import Point, door, wall, wall_kind
from sample_data.models.parts import Ring
from sample_data.models.tower_layout import zones_with_flats

# zone -> partitions as (start, end, middle of a door on it or None); zones 5 to 8 mirror them
Partition = tuple[Point, Point, Point | None]
_X, _Y = plan.HALF_X - plan.EXTERNAL, plan.HALF_Y - plan.EXTERNAL  # inner face of the façade
_B, _C = plan.BLOCK_Y + 0.1, plan.BLOCK_X + 0.1  # faces of the party walls
PARTITIONS: dict[int, tuple[Partition, ...]] = {
    1: (  # two bedrooms west, kitchen south, bath in the middle, living east
        ((-8.4, -_Y), (-8.4, -_B), (-8.4, -10.1)),
        ((-_X, -10.7), (-8.45, -10.7), None),
        ((-6.2, -_Y), (-6.2, -11.65), (-6.2, -12.6)),
        ((-8.35, -11.6), (-6.15, -11.6), None),
        ((-8.35, -9.2), (-5.55, -9.2), (-6.3, -9.2)),
        ((-5.6, -9.15), (-5.6, -_B), None),
    ),
    2: (  # bedroom south-west, bath beside it, kitchen north-west, living between
        ((-8.3, -6.913), (-8.3, -3.75), None),
        ((-_X, -3.7), (-8.25, -3.7), (-8.9, -3.7)),
        ((-8.25, -4.6), (-5.85, -4.6), (-6.6, -4.6)),
        ((-5.9, -6.913), (-5.9, -4.65), None),
        ((-9.6, -0.85), (-9.6, plan.SPLIT_Y - 0.1), None),
        ((-_X, -0.8), (-9.55, -0.8), (-10.3, -0.8)),
    ),
    3: (  # bedroom north-west, bath north-east, living south
        ((-6.75, 4.9), (-_C, 4.9), (-6.1, 4.9)),
        ((-6.8, 4.85), (-6.8, 6.913), None),
        ((-8.6, 3.65), (-8.6, 6.913), (-8.6, 4.3)),
        ((-_X, 3.6), (-8.55, 3.6), None),
    ),
    4: (  # two bedrooms west, a third north, kitchen north-east, bath south
        ((-8.2, _B), (-8.2, _Y), (-8.2, 10.0)),
        ((-_X, 10.7), (-8.25, 10.7), None),
        ((-5.0, 11.05), (-5.0, _Y), None),
        ((-8.15, 11.0), (-4.95, 11.0), (-5.6, 11.0)),
        ((-8.15, 9.2), (-5.35, 9.2), (-6.0, 9.2)),
        ((-5.4, _B), (-5.4, 9.15), None),
        ((-2.9, 11.85), (-2.9, _Y), None),
        ((-2.95, 11.8), (-0.19, 11.8), (-2.2, 11.8)),
    ),
}
# the other door on a bedroom wall that serves two rooms: zone -> (partition number, middle)
SECOND_DOORS: dict[int, tuple[int, Point]] = {1: (0, (-8.4, -11.2)), 4: (0, (-8.2, 11.6))}


def _half_turn(point: Point) -> Point:
    return (-point[0], -point[1])


def partitions(author: Author, floor_no: int) -> None:
    """Draw the light walls and room doors of every flat on a floor."""
    light = wall_kind(
        author,
        "内隔墙 100 加气混凝土",
        external=False,
        bearing=False,
        rating="0.75h",
        material="蒸压加气混凝土",
    )
    inner = door(author, "室内门 800×2100", 0.8, 2.1)
    height = plan.FLOOR_HEIGHT - plan.SLAB
    for zone in zones_with_flats(floor_no):
        base = zone.number if zone.number <= 4 else zone.number - 4
        turn = (lambda p: p) if zone.number <= 4 else _half_turn
        for number, (start, end, middle) in enumerate(PARTITIONS[base]):
            doors = [middle] if middle else []
            if base in SECOND_DOORS and SECOND_DOORS[base][0] == number:
                doors.append(SECOND_DOORS[base][1])
            wall(
                author, light, floor_no, turn(start), turn(end), height_m=height,
                thickness_m=plan.PARTITION, leaves=[(inner, *turn(d), None) for d in doors],
            )  # fmt: skip


def net_ring(ring: Ring) -> Ring:
    """Outline inside the walls: half a party wall off everywhere, the façade off outside."""
    inner = shapely.Polygon(ring).buffer(-plan.PARTY / 2, join_style="mitre")
    net = inner.intersection(shapely.box(-_X, -_Y, _X, _Y))
    oriented = shapely.geometry.polygon.orient(shapely.Polygon(shapely.get_exterior_ring(net)))
    return tuple((round(x, 4), round(y, 4)) for x, y in oriented.exterior.coords[:-1])


def spaces(author: Author) -> dict[int, list[Any]]:
    """Draw every room and flat as an IfcSpace under its storey; give them back by floor."""
    layout = author.layout
    by_floor: dict[int, list[Any]] = defaultdict(list)
    measured: dict[tuple[Ring, float], list[Any]] = defaultdict(list)
    let: dict[int, list[Any]] = defaultdict(list)
    for room in layout.rooms:
        space = _space(author, room.floor_no, room.key, (room.name_zh, room.ring), room.global_id)
        author.describe(
            [space], "LH_Common",
            {"NameEn": room.name_en, "BuildingCode": layout.building_code,
             "FireCompartmentId": _fire(room.floor_no)},
        )  # fmt: skip
        measured[(room.ring, _clear(room.floor_no))].append(space)
        by_floor[room.floor_no].append(space)
    for flat in layout.flats:
        title = f"{flat.room}室 {flat.layout_zh}"
        space = _space(author, flat.floor_no, flat.room, (title, flat.ring), flat.global_id)
        author.describe(
            [space], "LH_Common",
            {"UnitCode": flat.unit_code, "NameEn": f"Flat {flat.room}", "Tenure": flat.tenure,
             "BuildingCode": layout.building_code, "FireCompartmentId": _fire(flat.floor_no)},
        )  # fmt: skip
        measured[(flat.ring, _clear(flat.floor_no))].append(space)
        by_floor[flat.floor_no].append(space)
        let[flat.floor_no].append(space)
    for (ring, height), members in measured.items():
        net = shapely.Polygon(net_ring(ring))
        author.measure(
            members, "Qto_SpaceBaseQuantities",
            {"Height": ("Length", height), "GrossFloorArea": ("Area", shapely.Polygon(ring).area),
             "NetFloorArea": ("Area", net.area), "GrossPerimeter": ("Length", net.length),
             "NetVolume": ("Volume", net.area * height)},
        )  # fmt: skip
    _zones(author, let)
    every_flat = [space for members in let.values() for space in members]
    author.describe(every_flat, "Pset_SpaceCommon", {"IsExternal": False, "PubliclyAccessible": False})
    author.describe(every_flat, "Pset_SpaceFireSafetyRequirements", {"SprinklerProtection": True})
    return by_floor


def _clear(floor_no: int) -> float:
    """Clear height under the slab above."""
    return round(plan.storey_height_m(floor_no) - plan.SLAB, 3)


def _fire(floor_no: int) -> str:
    return f"FC-{'B' if floor_no < 0 else ''}{abs(floor_no):02d}"


def _space(
    author: Author, floor_no: int, name: str, drawn: tuple[str, Ring], gid: str,
) -> Any:  # fmt: skip
    title, ring = drawn
    height = _clear(floor_no)
    storey = author.storeys[floor_no]
    space = author.root(
        "IfcSpace", name, LongName=title, CompositionType="ELEMENT", PredefinedType="INTERNAL",
        ObjectPlacement=author.shapes.placement(storey.ObjectPlacement, (0, 0, 0)),
        Representation=author.shapes.direct([author.shapes.prism(net_ring(ring), 0.0, height, "space")]),
    )  # fmt: skip
    author.identify(space, gid)
    author.part(storey, space)
    return space


def _zones(author: Author, let: dict[int, list[Any]]) -> None:
    """Group the flats of each floor, for owners' lists and floor selections."""
    for floor_no, members in let.items():
        zone = author.root("IfcZone", f"{floor_no}层住户", LongName=f"Flats on floor {floor_no}")
        author.group(zone, members)

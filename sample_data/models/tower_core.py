"""The tower's core: shaft and lobby walls with fire doors, scissor stair, lifts."""

from __future__ import annotations

from typing import Any

from sample_data.models import tower_plan as plan
from sample_data.models.author import Author
from sample_data.models.joinery import Leaf, Point, door, wall, wall_kind
from sample_data.models.parts import Ring, box
from sample_data.models.tower_layout import ROOF
from sample_data.models.tower_shell import stair_run_m

_WAIST = 0.15  # concrete under the steps
_LANE = 1.285  # clear width of each flight of the scissor stair
_MIDDLE = plan.ISLAND_X / 2


def core_walls(author: Author, floor_no: int) -> None:
    """Draw the walls of the core with the doors of lobbies, stair, lifts and risers."""
    kind = wall_kind(
        author, "核心筒剪力墙 200", external=False, bearing=True, rating="3.00h", material="钢筋混凝土 C50"
    )
    lobby = door(author, "防火门 乙级 1100×2100", 1.1, 2.1, rating="乙级", style="fire", exit_way=True)
    stair = door(author, "防火门 乙级 1000×2100", 1.0, 2.1, rating="乙级", style="fire", exit_way=True)
    riser = door(author, "检修门 丙级防火 800×2000", 0.8, 2.0, rating="丙级", style="steel")
    lift = door(author, "电梯层门 1100×2100", 1.1, 2.1, style="steel")
    x, y, lobby_y, h = plan.ISLAND_X, plan.ISLAND_Y, plan.LOBBY_Y, plan.PARTY / 2
    front, split, stair_y = plan.LIFT_X, plan.LIFT_Y, plan.STAIR_Y
    walls: tuple[tuple[Point, Point, tuple[tuple[Leaf, float, float, str | None], ...]], ...] = (
        ((-x - h, -y), (x + h, -y), ((riser, 0.9, -y, "水管井门"),)),
        ((-x - h, y), (x + h, y), ((riser, 0.9, y, "弱电井门"),)),
        ((x, -y + h), (x, y - h), ()),
        ((-x, -y + h), (-x, -lobby_y), ((lobby, -x, -4.28, "前室门"),)),
        ((-x, split), (-x, y - h), ((lobby, -x, 4.28, "合用前室门"), (riser, -x, 2.1, "强电井门"))),
        ((-x - h, -lobby_y), (-h, -lobby_y), ()),
        ((-x + h, lobby_y), (-h, lobby_y), ((lift, -1.0, lobby_y, "消防电梯层门"),)),
        (
            (front, -lobby_y + h),
            (front, split - h),
            ((lift, front, -2.1, "1号梯层门"), (lift, front, 0.0, "2号梯层门")),
        ),
        ((front, split + h), (front, lobby_y - h), ()),
        ((front + h, -split), (-h, -split), ()),
        ((-x - h, split), (-h, split), ()),
        (
            (0.0, -y + h),
            (0.0, y - h),
            ((stair, 0.0, -3.85, "ST 南楼梯门"), (stair, 0.0, 3.85, "ST 北楼梯门")),
        ),
        ((h, -stair_y), (x - h, -stair_y), ()),
        ((h, stair_y), (x - h, stair_y), ()),
    )
    height = plan.storey_height_m(floor_no) - plan.SLAB
    for start, end, leaves in walls:
        wall(author, kind, floor_no, start, end, height_m=height, thickness_m=plan.PARTY, leaves=leaves)
    _, _, half = stair_run_m(floor_no)
    spine = author.shapes.box(
        (_MIDDLE - 0.075, -half, 0), (_MIDDLE + 0.075, half, plan.storey_height_m(floor_no))
    )
    spine_kind = wall_kind(
        author, "剪刀梯分隔墙 150", external=False, bearing=False, rating="2.00h", material="钢筋混凝土 C30"
    )
    author.put(spine_kind, floor_no, solids=[spine])


def _profile(risers: int, rise_m: float, half_m: float) -> Ring:
    """Side view of a flight climbing in +x: steps above, waist below."""
    going = 2 * half_m / (risers - 1)
    points = [(-half_m, 0.0)]
    for step in range(risers - 1):
        x = -half_m + step * going
        points += [(x, (step + 1) * rise_m), (x + going, (step + 1) * rise_m)]
    top = (risers - 1) * rise_m
    points += [(half_m, top - _WAIST), (-half_m + 0.3, -0.001)]
    # clockwise as built from below; the profile wants it the other way round
    return tuple((round(x, 4), round(z, 4)) for x, z in reversed(points))


def stairs(author: Author, floor_no: int) -> None:
    """Draw the two interlaced flights that climb from a floor to the next.

    Both lanes are alike on every floor: the western climbs north, the eastern south.
    Whoever climbs on meets the north and the south door in turn, so the two
    stairs never touch: that is what makes a scissor stair.
    """
    if floor_no == ROOF:
        return
    risers, rise, half = stair_run_m(floor_no)
    steps = {"RiserHeight": rise, "TreadLength": 0.26, "NumberOfRiser": risers}
    whole_kind = author.kind(
        "IfcStair", f"剪刀楼梯 层高{plan.storey_height_m(floor_no):.1f}", "STRAIGHT_RUN_STAIR",
        psets={"Pset_StairCommon": {**steps, "FireExit": True, "FireRating": "2.00h"}},
    )  # fmt: skip
    flight = author.kind(
        "IfcStairFlight", f"直跑梯段 {risers} 级", "STRAIGHT", material="钢筋混凝土 C30",
        solids=[author.shapes.side(_profile(risers, rise, half), _LANE / 2, _LANE)],
        NumberOfRisers=risers, NumberOfTreads=risers - 1, RiserHeight=round(rise, 5), TreadLength=0.26,
    )  # fmt: skip
    rail = author.kind(
        "IfcRailing", f"楼梯扶手 {risers} 级", "HANDRAIL", solids=[_handrail(author, risers, rise, half)]
    )
    for name, x, turn in (
        ("ST-W", _MIDDLE - 0.075 - _LANE / 2, 90.0),
        ("ST-E", _MIDDLE + 0.075 + _LANE / 2, 270.0),
    ):
        stair = author.put(whole_kind, floor_no, name=f"{name} 剪刀楼梯")
        author.put(flight, floor_no, (x, 0, 0), turn, whole=stair)
        author.put(rail, floor_no, (x, 0, 0), turn, whole=stair)


def _handrail(author: Author, risers: int, rise_m: float, half_m: float) -> Any:
    top = (risers - 1) * rise_m
    line: Ring = (
        (-half_m, rise_m + 0.85), (half_m, top + 0.85), (half_m, top + 0.90), (-half_m, rise_m + 0.90),
    )  # fmt: skip
    return author.shapes.side(line, -_LANE / 2 + 0.08, 0.05, "steel")


def lifts(author: Author) -> None:
    """Draw three cars at the ground floor and their machines above the roof."""
    for number, y in enumerate((-2.1, 0.0, 2.1), 1):
        fire = number == 3
        shapes = author.shapes
        car = [
            shapes.box((-0.75, -0.75, 0.0), (0.75, 0.75, 0.12), "steel"),
            shapes.box((-0.75, -0.75, 2.28), (0.75, 0.75, 2.40), "steel"),
            shapes.box((-0.75, -0.75, 0.12), (-0.70, 0.75, 2.28), "fire" if fire else "frame"),
            shapes.box((0.70, -0.75, 0.12), (0.75, 0.75, 2.28), "fire" if fire else "frame"),
        ]
        kind = author.kind(
            "IfcTransportElement", "消防电梯 1050kg" if fire else "客梯 1050kg", "ELEVATOR", solids=car,
            psets={"Pset_TransportElementElevator": {"FireFightingLift": fire, "ClearWidth": 1.4,
                                                     "ClearDepth": 1.4, "ClearHeight": 2.2}},
        )  # fmt: skip
        item = next(d for d in author.layout.devices if d.id.endswith(f"LIFT-{number}"))
        made = author.put(kind, 1, (-1.0, y, 0.05), name=item.name_zh, tag=item.id, global_id=item.global_id)
        author.describe(
            [made], "LH_Common",
            {"DeviceId": item.id, "NameEn": item.name_en, "BuildingCode": author.layout.building_code},
        )  # fmt: skip


def landings(author: Author, floor_no: int) -> None:
    """Mark the two landings of a floor: they are what a stair door opens to."""
    _, _, half = stair_run_m(floor_no)
    inner, end = 0.1, plan.STAIR_Y - 0.1
    south = author.shapes.prism(box(inner, -end, plan.ISLAND_X - 0.1, -half), 0.0, 0.02, "floor")
    north = author.shapes.prism(box(inner, half, plan.ISLAND_X - 0.1, end), 0.0, 0.02, "floor")
    kind = author.kind("IfcSlab", f"楼梯平台面层 {end - half:.2f}", "LANDING", solids=[south, north])
    author.put(kind, floor_no, name="楼梯平台")

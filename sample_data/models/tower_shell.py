"""The tower's shell: slabs with their shafts, façade with windows, party walls, entrance doors."""

from __future__ import annotations

from sample_data.models import tower_plan as plan
from sample_data.models.author import Author
from sample_data.models.joinery import Leaf, Point, door, wall, wall_kind, window
from sample_data.models.parts import Ring, box
from sample_data.models.tower_layout import FOOTPRINT, ROOF, zone_key

# (x, y, width): windows of the southern and western façades; the others mirror them
_SOUTH = (
    (-10.2, 1.8),
    (-7.3, 1.2),
    (-4.0, 2.4),
    (-0.812, 0.9),
    (1.6, 1.2),
    (3.6, 1.5),
    (6.6, 1.8),
    (10.0, 1.8),
)
_WEST = (
    (-12.6, 1.5),
    (-8.9, 1.5),
    (-5.4, 1.8),
    (-2.3, 2.1),
    (0.1, 0.9),
    (2.4, 2.1),
    (5.3, 1.8),
    (8.9, 1.5),
    (12.5, 1.5),
)
SHAFTS: tuple[Ring, ...] = (  # what passes through every slab; the stair takes its flights only
    box(plan.LIFT_X + 0.1, -plan.LOBBY_Y + 0.1, -0.1, -plan.LIFT_Y - 0.1),
    box(plan.LIFT_X + 0.1, -plan.LIFT_Y + 0.1, -0.1, plan.LIFT_Y - 0.1),
    box(plan.LIFT_X + 0.1, plan.LIFT_Y + 0.1, -0.1, plan.LOBBY_Y - 0.1),
    box(0.3, -plan.ISLAND_Y + 0.1, 1.5, -plan.STAIR_Y - 0.1),
    box(0.3, plan.STAIR_Y + 0.1, 1.5, plan.ISLAND_Y - 0.1),
)


def slab(author: Author, floor_no: int) -> None:
    """Draw the floor slab; the lowest is the raft and has no shafts."""
    raft, roof = floor_no == -2, floor_no == ROOF
    thickness = 0.8 if raft else plan.SLAB
    holes = () if raft else SHAFTS[3:] if roof else (*SHAFTS, _stair_hole(floor_no))
    name = "筏板基础 800" if raft else "屋面板 150" if roof else "钢筋混凝土楼板 150"
    kind = author.kind(
        "IfcSlab", name, "BASESLAB" if raft else "ROOF" if roof else "FLOOR", material="钢筋混凝土 C30",
        psets={"Pset_SlabCommon": {"LoadBearing": True, "FireRating": "2.00h", "IsExternal": raft or roof}},
    )  # fmt: skip
    body = author.shapes.prism(FOOTPRINT, -thickness, thickness, "floor", holes)
    made = author.put(kind, floor_no, solids=[body])
    author.measure(
        [made], "Qto_SlabBaseQuantities", {"Width": ("Length", thickness), "GrossArea": ("Area", 691.2)}
    )


def stair_run_m(floor_no: int) -> tuple[int, float, float]:
    """Risers, riser height and half length of the flight that starts on a floor."""
    height = plan.storey_height_m(floor_no)
    risers = {plan.GROUND_HEIGHT: 26, plan.BASEMENT_HEIGHT: 23}.get(height, 18)
    return risers, height / risers, (risers - 1) * 0.26 / 2


def _stair_hole(floor_no: int) -> Ring:
    """Opening over the flights that arrive from below."""
    below = floor_no - 1 if floor_no != 1 else -1
    _, _, half = stair_run_m(below)
    return box(0.1, -half, plan.ISLAND_X - 0.1, half)


def facade(author: Author, floor_no: int) -> None:
    """Draw the four outer walls of a storey with windows, doors on the ground, louvres of the refuge."""
    below = floor_no < 0
    kind = wall_kind(
        author, "地下室外墙 250" if below else "外墙 250", external=True, bearing=True, rating="3.00h",
        material="钢筋混凝土 C40",
    )  # fmt: skip
    t, x, y = plan.EXTERNAL, plan.HALF_X - plan.EXTERNAL / 2, plan.HALF_Y - plan.EXTERNAL / 2
    height = plan.storey_height_m(floor_no) - (0 if floor_no == ROOF else plan.SLAB)
    style = "concrete" if below else "accent" if floor_no == 1 or floor_no % 11 == 5 else "render"
    walls: tuple[tuple[Point, Point, int, bool], ...] = (
        ((-plan.HALF_X, -y), (plan.HALF_X, -y), 1, True),
        ((plan.HALF_X, y), (-plan.HALF_X, y), -1, True),
        ((-x, plan.HALF_Y - t), (-x, -plan.HALF_Y + t), 1, False),
        ((x, -plan.HALF_Y + t), (x, plan.HALF_Y - t), -1, False),
    )
    for start, end, sign, across in walls:
        leaves: list[tuple[Leaf, float, float, str | None]] = []
        for along, width in () if below else _SOUTH if across else _WEST:
            leaf, name = _glazing(author, floor_no, (sign, across, along), width)
            point = (sign * along, -sign * y) if across else (-sign * x, sign * along)
            leaves.append((leaf, *point, name))
        wall(author, kind, floor_no, start, end, height_m=height, thickness_m=t, style=style, leaves=leaves)


def _glazing(
    author: Author, floor_no: int, where: tuple[int, bool, float], width: float
) -> tuple[Leaf, str | None]:
    """What stands in one opening of the façade; `where` is (side, across, position)."""
    sign, across, _ = where
    if floor_no == 1:
        ways_out = {(1, False, -2.3): "入口大门", (1, False, 2.4): "消防控制室外门"}
        name = ways_out.get(where)
        if name or (across and width == 0.9):
            wide = 2.1 if name == "入口大门" else 0.9
            return door(
                author, f"外门 {wide * 1000:.0f}×2400", wide, 2.4, style="glass", external=True, exit_way=True
            ), name
        return window(author, width, 2.4, 0.6), None
    # the refuge keeps the east: half-open to the air, so its openings reach higher
    refuge = floor_no == plan.REFUGE_FLOOR and (not across and sign == -1)
    return (window(author, width, 1.8, 0.9) if refuge else window(author, width, 1.5, 0.9)), None


def party_walls(author: Author, floor_no: int) -> None:
    """Draw the walls between flats and round the common block, with the entrance doors."""
    kind = wall_kind(
        author, "分户墙 200", external=False, bearing=True, rating="2.00h", material="钢筋混凝土 C40"
    )
    height = plan.storey_height_m(floor_no) - plan.SLAB
    x, y = plan.HALF_X - plan.EXTERNAL, plan.HALF_Y - plan.EXTERNAL
    h = plan.PARTY / 2
    west: tuple[tuple[Point, Point, tuple[int, ...]], ...] = (
        ((-x, -plan.BLOCK_Y), (plan.STUB_WEST - h, -plan.BLOCK_Y), ()),
        ((plan.STUB_WEST, -y), (plan.STUB_WEST, -plan.BLOCK_Y + h), (1,)),
        ((plan.STUB_EAST, -y), (plan.STUB_EAST, -plan.BLOCK_Y + h), (8,)),
        ((plan.STUB_EAST + h, -plan.BLOCK_Y), (x, -plan.BLOCK_Y), ()),
        ((-plan.BLOCK_X, -plan.BLOCK_Y + h), (-plan.BLOCK_X, plan.BLOCK_Y - h), (2, 3)),
        ((-x, plan.SPLIT_Y), (-plan.BLOCK_X - h, plan.SPLIT_Y), ()),
    )
    refuge = floor_no == plan.REFUGE_FLOOR
    for turn in (1, -1):
        for number, (drawn_start, drawn_end, zones) in enumerate(west):
            start, end = drawn_start, drawn_end
            # the refuge is one room: the walls between zones 5, 6, 7 and 8 are left out
            if refuge and ((turn == -1 and number in (0, 5)) or (turn == 1 and number == 3)):
                start, end = _refuge_stump(turn, number, (start, end))
                if start == end:
                    continue
            a, b = (turn * start[0], turn * start[1]), (turn * end[0], turn * end[1])
            doors = []
            for zone_number in zones:
                zone = plan.ZONES[(zone_number - 1 + (0 if turn == 1 else 4)) % 8]
                doors.append(
                    (_entrance(author, floor_no), *zone.door[:2], f"{zone_key(floor_no, zone)} 入户门")
                )
            wall(author, kind, floor_no, a, b, height_m=height, thickness_m=plan.PARTY, leaves=doors)


def _refuge_stump(turn: int, number: int, axis: tuple[Point, Point]) -> tuple[Point, Point]:
    """Part of a wall that still bounds the corridor when the refuge takes the flats beside it."""
    start, end = axis
    if number == 5:
        return start, start
    if turn == -1:  # mirrored: the corridor's side runs from the block's corner to the stub
        return (-plan.BLOCK_X - plan.PARTY / 2, -plan.BLOCK_Y), end
    return start, (plan.BLOCK_X + plan.PARTY / 2, -plan.BLOCK_Y)


def _entrance(author: Author, floor_no: int) -> Leaf:
    if floor_no < 0 or floor_no == 1:
        rating = "甲级" if floor_no < 0 else "乙级"
        return door(author, f"{rating}防火门 1200×2100", 1.2, 2.1, rating=rating, style="steel")
    return door(author, "入户门 乙级防火 1000×2100", 1.0, 2.1, rating="乙级")

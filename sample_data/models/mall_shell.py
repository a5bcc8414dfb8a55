"""Slabs, façade, inner walls with doors and shutters, columns and roof of the mall."""

from __future__ import annotations

from typing import Any

from sample_data.models import mall_plan as plan
from sample_data.models.author import Author
from sample_data.models.joinery import Leaf, Point, door, wall, wall_kind, window
from sample_data.models.parts import box

_COLUMNS = [(x, y) for x in (-28.0, -20.0, 20.0, 28.0) for y in (-10.5, 10.5)]
_HALL_DOOR = 1.6
"""Where a hall opens to the gallery: beside the line between the two compartments."""
Leaves = tuple[tuple[Leaf, float, float, str | None], ...]


def slab(author: Author, floor_no: int) -> None:
    """Floor of a storey, open at the atrium above the ground floor and at the stairs above the lowest."""
    holes = []
    if floor_no > 1 and floor_no != plan.ROOF:
        holes.append(plan.ATRIUM)
    if floor_no > 0 and floor_no != plan.ROOF:
        holes += [_well(sx, sy) for _, sx, sy in plan.STAIRS]
        holes.append(plan.ESCALATOR_WELL)
    kind = "ROOF" if floor_no == plan.ROOF else "FLOOR"
    made = author.kind("IfcSlab", "钢筋混凝土楼板 250" if kind == "FLOOR" else "屋面板 250", kind,
                       material="钢筋混凝土 C35")  # fmt: skip
    if floor_no == plan.ROOF:
        holes = [plan.ATRIUM]
    solid = author.shapes.prism(author.layout.footprint, -plan.SLAB, plan.SLAB, "floor", holes)
    author.put(made, floor_no, solids=[solid])


def _well(sx: float, sy: float) -> Any:
    """Hole over the flights: the landing at the door stays."""
    xs = sorted((sx * (plan.STAIR_X + 0.3), sx * (plan.SIDE_X - 0.3)))
    ys = sorted((sy * (plan.EXIT_Y + 1.8), sy * (plan.HALF_Y - 0.4)))
    return box(xs[0], ys[0], xs[1], ys[1])


def roof(author: Author) -> None:
    """Glass over the atrium, smoke vents at its sides, parapet."""
    (x0, y0), (x1, y1) = plan.ATRIUM[0], plan.ATRIUM[2]
    glass = author.kind("IfcPlate", "中庭采光顶", "CURTAIN_PANEL", material="夹层玻璃")
    author.put(glass, plan.ROOF, solids=[author.shapes.box((x0, y0, -0.05), (x1, y1, 0.0), "glass")])
    kind = wall_kind(author, "女儿墙 200", external=True, bearing=False, rating="1.00h", material="混凝土")
    for start, end in _sides():
        wall(
            author,
            kind,
            plan.ROOF,
            start,
            end,
            height_m=plan.PARAPET,
            thickness_m=plan.FACADE,
            style="render",
        )


def _sides() -> tuple[tuple[Point, Point], ...]:
    x, y = plan.HALF_X - plan.FACADE / 2, plan.HALF_Y - plan.FACADE / 2
    corners = ((-x, -y), (x, -y), (x, y), (-x, y))
    return tuple(zip(corners, (*corners[1:], corners[0]), strict=True))


def walls(author: Author, floor_no: int) -> None:
    """Draw every wall of a storey."""
    _facade(author, floor_no)
    _inner(author, floor_no)
    column = author.kind(
        "IfcColumn", f"框架柱 800×800 层高{plan.height_m(floor_no):.1f}", "COLUMN",
        material="钢筋混凝土 C40",
        solids=[author.shapes.box((-0.4, -0.4, 0), (0.4, 0.4, _clear(floor_no)), "concrete")],
    )  # fmt: skip
    for x, y in _COLUMNS:
        author.put(column, floor_no, (x, y, 0))
    if floor_no > 1:
        (x0, y0), (x1, y1) = plan.ATRIUM[0], plan.ATRIUM[2]
        for name, low, high in (
            ("30.0", (x0, -0.05, 0.0), (x1, 0.05, 1.2)),
            ("18.0", (-0.05, y0, 0.0), (0.05, y1, 1.2)),
        ):
            rail = author.kind("IfcRailing", f"中庭栏板 {name}", "GUARDRAIL", material="夹层玻璃",
                               solids=[author.shapes.box(low, high, "glass")])  # fmt: skip
            for way in (-1.0, 1.0):
                at = (0.0, way * y1, 0.0) if name == "30.0" else (way * x1, 0.0, 0.0)
                author.put(rail, floor_no, at)


def _clear(floor_no: int) -> float:
    return plan.height_m(floor_no) - plan.SLAB


def _facade(author: Author, floor_no: int) -> None:
    kind = wall_kind(
        author, "外墙 200", external=True, bearing=False, rating="1.00h", material="加气混凝土砌块"
    )
    glass = window(author, 2.4, 2.4, 0.9)
    for index, (start, end) in enumerate(_sides()):
        leaves: list[tuple[Leaf, float, float, str | None]] = []
        if floor_no > 0 and index in (0, 2):
            leaves += [(glass, x, start[1], None) for x in (-24.0, -18.0, -10.0, 10.0, 18.0, 24.0)]
        elif floor_no > 0:
            leaves += [(glass, start[0], y, None) for y in (-18.0, -9.0, 9.0, 18.0)]
        if floor_no == 1 and index in (0, 2):
            leaves += _outside(author, start[1], north=index == 2)
        wall(author, kind, floor_no, start, end, height_m=_clear(floor_no), thickness_m=plan.FACADE,
             style="render", leaves=leaves)  # fmt: skip


def _outside(author: Author, y: float, *, north: bool) -> Leaves:
    way_out = door(author, "疏散外门 1500×2100", 1.5, 2.1, external=True, exit_way=True, style="steel")
    main = door(author, "玻璃大门 3600×2600", 3.6, 2.6, external=True, exit_way=True, style="glass")
    control = door(
        author,
        "防火门 甲级 外 1000×2100",
        1.0,
        2.1,
        rating="甲级",
        external=True,
        style="fire",
        exit_way=True,
    )
    middle = (main, 0.0, y, "北门") if north else (control, 0.0, y, "消控室外门")
    x = (plan.STAIR_X + plan.SIDE_X) / 2
    return ((way_out, -x, y, "楼梯间外门"), middle, (way_out, x, y, "楼梯间外门"))


def _inner(author: Author, floor_no: int) -> None:
    """Walls by construction: fire walls round stairs and passages, partitions between shops."""
    fire = wall_kind(
        author, "防火隔墙 200", external=False, bearing=False, rating="2.00h", material="加气混凝土砌块"
    )
    light = wall_kind(
        author, "商铺隔墙 200", external=False, bearing=False, rating="1.00h", material="轻质条板"
    )
    way, stair = (
        door(
            author,
            f"防火门 乙级 {width * 1000:.0f}×2100",
            width,
            2.1,
            rating="乙级",
            style="fire",
            exit_way=True,
        )
        for width in (1.5, 1.4)
    )  # fmt: skip
    shop = door(author, "商铺玻璃门 1800×2400", 1.8, 2.4, style="glass")
    room = door(author, "防火门 甲级 1000×2100", 1.0, 2.1, rating="甲级", style="fire")
    x, inside, face = (plan.STAIR_X + plan.SIDE_X) / 2, plan.WALL / 2, plan.HALF_Y - plan.FACADE
    for sy in (-1.0, 1.0):
        y = sy * plan.BAND_Y
        middle: Leaves = ((room, _HALL_DOOR, y, None),) if sy < 0 or floor_no < 0 else ()
        front: Leaves = ((way, -x, y, None), (shop, -16.5, y, None), *middle, (shop, 16.5, y, None),
                         (way, x, y, None))  # fmt: skip
        made = _wall(author, fire, floor_no, ((-plan.SIDE_X - inside, y), (plan.SIDE_X + inside, y)), front)
        if not middle:  # the hall is open to the gallery
            cut = inside + 0.05
            solid = author.shapes.box((-1.2, -cut, 0.0), (1.2, cut, 2.8))
            author.opening(made, floor_no, (-_HALL_DOOR, y, 0.0), 0.0, solid)
        ends = sorted((sy * (plan.BAND_Y + inside), sy * face))
        for at, kind in ((plan.STAIR_X, fire), (plan.SIDE_X, fire), (plan.HALL_X, light)):
            for sx in (-1.0, 1.0):
                _wall(author, kind, floor_no, ((sx * at, ends[0]), (sx * at, ends[1])))
        for sx in (-1.0, 1.0):
            xs = sorted((sx * (plan.STAIR_X + inside), sx * (plan.SIDE_X - inside)))
            at_y = sy * plan.EXIT_Y
            _wall(author, fire, floor_no, ((xs[0], at_y), (xs[1], at_y)), ((stair, sx * x, at_y, None),))
    for sx in (-1.0, 1.0):
        at = sx * plan.SIDE_X
        low, high = -plan.BAND_Y + inside, plan.BAND_Y - inside
        _wall(author, light, floor_no, ((at, low), (at, high)), ((shop, at, 0.0, None),))
    _shutters(author, floor_no, fire)


def _shutters(author: Author, floor_no: int, kind: Any) -> None:
    """Roller shutters between the two compartments of a floor."""
    half = 1.3
    solids = [
        author.shapes.box((-half, -0.03, 0.0), (half, 0.03, 2.6), "steel"),
        author.shapes.box((-half, -0.09, 2.4), (half, 0.09, 2.6), "fire"),
    ]
    shutter = author.kind(
        "IfcDoor", "特级防火卷帘 2600×2600", "DOOR", solids=solids, OverallHeight=2.6, OverallWidth=2 * half,
        OperationType="ROLLINGUP",
        psets={"Pset_DoorCommon": {"FireRating": "3.00h", "IsExternal": False, "SelfClosing": True}},
    )  # fmt: skip
    leaf, inside = Leaf(shutter, 2 * half, 2.6), plan.WALL / 2
    if floor_no < 0:
        ends = ((-plan.BAND_Y + inside, plan.BAND_Y - inside, 0.0),)
    else:
        edge = plan.ATRIUM[2][1]
        ends = ((edge, plan.BAND_Y - inside, 10.5), (-plan.BAND_Y + inside, -edge, -10.5))  # type: ignore[assignment]
    for low, high, at in ends:
        _wall(author, kind, floor_no, ((0.0, low), (0.0, high)), ((leaf, 0.0, at, "防火卷帘"),))


def _wall(author: Author, kind: Any, floor_no: int, axis: tuple[Point, Point], leaves: Leaves = ()) -> Any:
    return wall(
        author, kind, floor_no, *axis, height_m=_clear(floor_no), thickness_m=plan.WALL, leaves=leaves
    )

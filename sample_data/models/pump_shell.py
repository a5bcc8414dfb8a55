"""Structure and envelope of the pump station: pit, hall, annex, stair, roof."""

from __future__ import annotations

from sample_data.models import pump_plan as plan
from sample_data.models.author import Author
from sample_data.models.joinery import Leaf, Point, door, wall, wall_kind, window
from sample_data.models.parts import Ring, box

Side = tuple[Point, Point, list[tuple[Leaf, float, float, str | None]]]
_X, _Y = plan.HALF_X, plan.HALF_Y
_HALL = plan.GROUND_HEIGHT + plan.UPPER_HEIGHT
_OUTLINE = box(-_X, -_Y, _X, _Y)
_STAIR_HOLE = box(plan.ANNEX_X + 1.0, 6.0, plan.HALF_X - 3.2, 7.6)


def slabs(author: Author) -> None:
    """Draw raft, ground slab with the pump shafts, upper floor of the annex and the roof."""
    shafts = tuple(
        box(plan.bay_x(b) - 1.4, plan.PUMP_Y - 1.4, plan.bay_x(b) + 1.4, plan.PUMP_Y + 1.4)
        for b in range(1, plan.BAYS + 1)
    )
    annex = box(plan.ANNEX_X, -_Y, _X, _Y)
    slabs_: tuple[tuple[int, str, str, Ring, float, tuple[Ring, ...]], ...] = (
        (-1, "底板 1000", "BASESLAB", _OUTLINE, 1.0, ()),
        (1, "泵房楼板 250", "FLOOR", _OUTLINE, plan.SLAB, shafts),
        (2, "副厂房楼板 250", "FLOOR", annex, plan.SLAB, (_STAIR_HOLE,)),
        (3, "屋面板 250", "ROOF", _OUTLINE, plan.SLAB, ()),
    )
    for floor_no, name, predefined, ring, depth, holes in slabs_:
        kind = author.kind(
            "IfcSlab", name, predefined, material="钢筋混凝土 C35",
            psets={"Pset_SlabCommon": {"LoadBearing": True, "IsExternal": predefined != "FLOOR"}},
        )  # fmt: skip
        author.put(kind, floor_no, solids=[author.shapes.prism(ring, -depth, depth, "floor", holes)])


def pit(author: Author) -> None:
    """Draw the outer walls of the pit, the piers between bays and the wall to the cable basement."""
    kind = wall_kind(
        author, "泵坑墙 800", external=True, bearing=True, rating="3.00h", material="钢筋混凝土 C35 P8"
    )
    t = plan.PIT_WALL
    height = plan.PIT_DEPTH - plan.SLAB
    axes: list[tuple[Point, Point]] = [
        ((-_X, _Y - t / 2), (_X, _Y - t / 2)),
        ((-_X + t / 2, -_Y), (-_X + t / 2, _Y - t)),
        ((_X - t / 2, -_Y), (_X - t / 2, _Y - t)),
        ((plan.ANNEX_X, -_Y), (plan.ANNEX_X, _Y - t)),
        ((plan.ANNEX_X + t / 2, -_Y + t / 2), (_X - t, -_Y + t / 2)),
    ]
    for start, end in axes:
        wall(author, kind, -1, start, end, height_m=height, thickness_m=t, style="concrete")
    pier = wall_kind(
        author, "隔墩 600", external=False, bearing=True, rating="3.00h", material="钢筋混凝土 C35 P8"
    )
    for bay in range(1, plan.BAYS):
        x = plan.bay_x(bay) + plan.BAY_WIDTH / 2
        wall(author, pier, -1, (x, -_Y), (x, 6.0), height_m=height, thickness_m=0.6, style="concrete")
    # above the gates the inlet side is closed down to 4.8 m over the raft
    curtain = [((-_X + t, -_Y + 0.3), (plan.ANNEX_X - t / 2, -_Y + 0.3))]
    for start, end in curtain:
        wall(
            author, pier, -1, start, end, height_m=height - 4.8, thickness_m=0.6, style="concrete", base_m=4.8
        )


def envelope(author: Author) -> None:
    """Draw façades with high windows, partition walls of the annex, doors and the parapet."""
    outer = wall_kind(
        author, "外墙 300", external=True, bearing=True, rating="3.00h", material="钢筋混凝土 C30"
    )
    inner = wall_kind(
        author, "隔墙 200", external=False, bearing=False, rating="3.00h", material="蒸压加气混凝土"
    )
    t, bays = plan.WALL, range(1, plan.BAYS + 1)
    high, low = window(author, 2.4, 3.0, 5.0), window(author, 1.8, 1.5, 1.0)
    gate = door(author, "设备门 4000×4500", 4.0, 4.5, style="steel", external=True)
    way_out = door(author, "外门 1500×2400", 1.5, 2.4, style="steel", external=True, exit_way=True)
    fire = door(author, "甲级防火门 1500×2400", 1.5, 2.4, rating="甲级", style="fire", exit_way=True)
    south, north, east, west = -_Y + t / 2, _Y - t / 2, _X - t / 2, -_X + t / 2
    panes = [plan.bay_x(b) for b in bays]
    hall: tuple[Side, ...] = (
        ((-_X, south), (plan.ANNEX_X, south), [(high, x, south, None) for x in panes]),
        ((plan.ANNEX_X, north), (-_X, north), [(high, x, north, None) for x in panes]),
        ((west, _Y - t), (west, -_Y + t), [(gate, west, 0.0, "吊装大门")]),
    )
    for start, end, leaves in hall:
        wall(
            author,
            outer,
            1,
            start,
            end,
            height_m=_HALL - plan.SLAB,
            thickness_m=t,
            style="render",
            leaves=leaves,
        )
    wall(
        author, inner, 1, (plan.ANNEX_X, -_Y + t), (plan.ANNEX_X, _Y - t), height_m=_HALL - plan.SLAB,
        thickness_m=0.2, leaves=[(fire, plan.ANNEX_X, 0.0, "泵房防火门")],
    )  # fmt: skip
    for floor_no, height in ((1, plan.GROUND_HEIGHT), (2, plan.UPPER_HEIGHT)):
        down = floor_no == 1
        sides: tuple[Side, ...] = (
            (
                (plan.ANNEX_X, south),
                (_X, south),
                [(gate if down else low, x, south, None) for x in (12.0, 18.0)],
            ),
            (
                (_X, north),
                (plan.ANNEX_X, north),
                [(way_out if down else low, 18.6, north, "主入口" if down else None)],
            ),
            ((east, -_Y + t), (east, _Y - t), [(low, east, y, None) for y in (-7.5, -1.5, 3.0)]),
        )
        for start, end, leaves in sides:
            wall(
                author,
                outer,
                floor_no,
                start,
                end,
                height_m=height - plan.SLAB,
                thickness_m=t,
                style="accent",
                leaves=leaves,
            )
        cuts = (-4.0, 5.0) if down else (1.0, 5.0)
        for y in cuts:
            wall(
                author, inner, floor_no, (plan.ANNEX_X + 0.1, y), (_X - t, y), height_m=height - plan.SLAB,
                thickness_m=0.2, leaves=[(fire, 13.0, y, None)],
            )  # fmt: skip
    wall(
        author,
        inner,
        1,
        (15.0, -_Y + t),
        (15.0, -4.1),
        height_m=plan.GROUND_HEIGHT - plan.SLAB,
        thickness_m=0.2,
    )
    parapet = wall_kind(
        author, "女儿墙 200", external=True, bearing=False, rating="", material="钢筋混凝土 C30"
    )
    a, b = _X - 0.1, _Y - 0.1
    for start, end in (
        ((-_X, -b), (_X, -b)),
        ((_X, b), (-_X, b)),
        ((-a, b - 0.1), (-a, -b + 0.1)),
        ((a, -b + 0.1), (a, b - 0.1)),
    ):
        wall(author, parapet, 3, start, end, height_m=plan.PARAPET, thickness_m=0.2, style="render")


def stair(author: Author) -> None:
    """Draw the straight stair of the annex."""
    risers = 36
    rise, going = plan.GROUND_HEIGHT / risers, 0.22
    outline = [(0.0, 0.0)]
    for step in range(risers - 1):
        outline += [(step * going, (step + 1) * rise), ((step + 1) * going, (step + 1) * rise)]
    outline += [((risers - 1) * going, (risers - 1) * rise - 0.2), (0.35, -0.001)]
    ring = tuple((round(x, 4), round(z, 4)) for x, z in reversed(outline))
    kind = author.kind("IfcStair", "直跑楼梯 层高6.0", "STRAIGHT_RUN_STAIR")
    flight = author.kind(
        "IfcStairFlight", "直跑梯段 36 级", "STRAIGHT", material="钢筋混凝土 C30",
        solids=[author.shapes.side(ring, 0.7, 1.4)], NumberOfRisers=risers, NumberOfTreads=risers - 1,
        RiserHeight=round(rise, 5), TreadLength=going,
    )  # fmt: skip
    whole = author.put(kind, 1, name="ST-1 楼梯")
    author.put(flight, 1, (plan.ANNEX_X + 1.0, 6.8, 0), whole=whole)

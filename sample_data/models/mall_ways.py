"""Stairs and escalators of the mall."""

from __future__ import annotations

from sample_data.models import mall_plan as plan
from sample_data.models.author import Author
from sample_data.models.parts import Ring

_GOING, _LANE, _WAIST = 0.28, 2.4, 0.18
_LANDING_Y = 1.8


def stairs(author: Author, floor_no: int) -> None:
    """Two flights and a landing between them, from a floor to the next; none on the top floor."""
    if floor_no == plan.FLOORS:
        return
    rise_m = plan.height_m(floor_no)
    steps = 2 * round(rise_m / 2 / 0.16)
    risers, rise = steps // 2, rise_m / steps
    run = (risers - 1) * _GOING
    whole = author.kind(
        "IfcStair", f"双跑楼梯 层高{rise_m:.1f}", "HALF_TURN_STAIR",
        psets={"Pset_StairCommon": {"NumberOfRiser": steps, "RiserHeight": rise, "TreadLength": _GOING,
                                    "FireExit": True, "FireRating": "2.00h"}},
    )  # fmt: skip
    flight = author.kind(
        "IfcStairFlight", f"梯段 {risers} 级 {rise * 1000:.0f}", "STRAIGHT", material="钢筋混凝土 C30",
        solids=[author.shapes.side(_profile(risers, rise, run), _LANE / 2, _LANE)],
        NumberOfRisers=risers, NumberOfTreads=risers - 1, RiserHeight=round(rise, 5), TreadLength=_GOING,
    )  # fmt: skip
    rest = author.kind(
        "IfcSlab", "楼梯休息平台", "LANDING",
        solids=[author.shapes.box((-2.6, 0.0, -0.15), (2.6, 1.4, 0.0), "floor")],
    )  # fmt: skip
    for number, sx, sy in plan.STAIRS:
        x, y = sx * (plan.STAIR_X + plan.SIDE_X) / 2, sy * (plan.EXIT_Y + _LANDING_Y)
        made = author.put(whole, floor_no, name=f"{number}号楼梯 层高{rise_m:.1f}")
        out, back = (90.0, 270.0) if sy > 0 else (270.0, 90.0)
        author.put(flight, floor_no, (x - 1.35, y, 0.0), out, whole=made)
        top = (x + 1.35, y + sy * run, rise_m / 2)
        author.put(flight, floor_no, top, back, whole=made)
        author.put(rest, floor_no, (x, y + sy * run, rise_m / 2), 0.0 if sy > 0 else 180.0, whole=made)


def _profile(risers: int, rise_m: float, run_m: float) -> Ring:
    """Side view of a flight from its foot at x = 0: steps above, waist below."""
    points = [(0.0, 0.0)]
    for step in range(risers - 1):
        x = step * _GOING
        points += [(x, (step + 1) * rise_m), (x + _GOING, (step + 1) * rise_m)]
    points += [(run_m, risers * rise_m - _WAIST - rise_m), (0.35, -0.001)]
    return tuple((round(x, 4), round(z, 4)) for x, z in reversed(points))


def escalators(author: Author, floor_no: int) -> None:
    """A pair in the eastern gallery from each floor to the next, all climbing east."""
    if floor_no == plan.FLOORS:
        return
    rise = plan.height_m(floor_no)
    run = round(rise / 0.57735, 3)  # 30 degrees
    half, end = run / 2, run / 2 + 1.0
    line: Ring = (
        (-end, -0.02), (-half, -0.02), (half, rise - 0.02), (end, rise - 0.02),
        (end, rise + 0.9), (half, rise + 0.9), (-half, 0.9), (-end, 0.9),
    )  # fmt: skip
    kind = author.kind(
        "IfcTransportElement", f"自动扶梯 30° 提升{rise:.1f}m", "ESCALATOR",
        solids=[author.shapes.side(line, 0.75, 1.5, "steel")],
    )  # fmt: skip
    for y, way in ((-2.2, "上行"), (2.2, "下行")):
        author.put(
            kind,
            floor_no,
            (plan.ESCALATOR_X, y, 0.0),
            name=f"{way}扶梯 {author.layout.storey(floor_no).label_en}",
        )

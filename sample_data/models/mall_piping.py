"""Sprinklers of the mall and the pipes they hang on: a riser for each half of every storey.

y=+23 |  W |stair|     M     |       M: mains along y, one of the shops and one of
      |  | |     |     |     |       the gallery, from which branches run along the
y=+17 |  +-+--+  |     |     |       rows of heads to both sides; beside the stairs
y=+12 |       o--+-----+     |       the wing has a main of its own
      |       |  lateral     |
      |       |              |       o: riser, in the northern exit passage
"""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any

from sample_data.models import mall_plan as plan
from sample_data.models.author import Author
from sample_data.models.piping import DROP_M, Head, Pipe, Piping, Point, bore_mm

SIDES = (-1.0, 1.0)
"""West and east of x = 0, as the fire compartments; what is on the line hangs on the western riser."""
RISER_X, RISER_Y = 31.0, 12.6
SHOP_X, WING_X = 15.2, 38.72  # mains of the shops, of the wing
LATERAL_Y, WING_Y = 11.4, 17.4  # what leads to them
_UP = (0.0, 0.0, 1.0)
_GALLERY = 0


def riser(author: Author, floor_no: int, system: Any, at: Point, *, name: str, bore: int) -> Pipe:
    """Draw one storey of a riser."""
    height = plan.height_m(floor_no)
    kind = author.kind(
        "IfcPipeSegment", f"{name} DN{bore} 层高{height:.1f}", "RIGIDSEGMENT",
        solids=[author.shapes.rod((0.0, 0.0, 0.0), _UP, height, bore / 2000, "fire")],
    )  # fmt: skip
    made = author.put(kind, floor_no, (*at, 0.0), name=f"{name} DN{bore}")
    author.group(system, [made])
    return Pipe(made, at, at, 0.0, height)


def sprinklers(author: Author, floor_no: int, system: Any) -> dict[float, Pipe]:
    """Set the heads of one floor and lay their pipes; the piece of the riser of each side."""
    z_m = plan.height_m(floor_no) - plan.SLAB - DROP_M
    kind = author.kind(
        "IfcFireSuppressionTerminal", "下垂型喷头 K80 68℃", "SPRINKLER",
        solids=[author.shapes.box((-0.025, -0.025, -0.075), (0.025, 0.025, 0.0), "fire")],
        psets={"Pset_FireSuppressionTerminalTypeSprinkler": {"ActivationTemperature": 341.15}},
    )  # fmt: skip
    heads = [(author.put(kind, floor_no, (*at, z_m)), at) for at in plan.sprinklers(floor_no)]
    author.group(system, [head for head, _ in heads])
    piping = Piping(author, system, floor_no, z_m)
    risers = {}
    for side in SIDES:
        risers[side] = riser(author, floor_no, system, (side * RISER_X, RISER_Y), name="喷淋立管", bore=150)
        _half(piping, floor_no, side, risers[side], [h for h in heads if (h[1][0] > 0) == (side > 0)])
    return risers


def _half(piping: Piping, floor_no: int, side: float, riser: Pipe, heads: list[Head]) -> None:
    """Lay the mains of one side and, from them, a branch to either side along every row of heads."""
    rows = sorted({y for _, (_, y) in heads})
    spans = _spans(floor_no, rows)
    # a branch is (main, row, away from the middle of the mall)
    branches: dict[tuple[int, float, bool], list[Head]] = defaultdict(list)
    fed = [0] * len(spans)
    for head in heads:
        x, y = abs(head[1][0]), head[1][1]
        _, number = min((abs(at - x), n) for n, (at, low, high) in enumerate(spans) if low <= y <= high)
        branches[number, y, x > spans[number][0]].append(head)
        fed[number] += 1
    fed[_GALLERY] = len(heads)
    mains = [
        piping.lay("喷淋干管", bore_mm(fed[n]), (side * at, low), (side * at, high))
        for n, (at, low, high) in enumerate(spans)
    ]
    piping.join(riser, mains[_GALLERY], (side * RISER_X, RISER_Y))
    for x, along in ((SHOP_X, LATERAL_Y), (WING_X, WING_Y)):
        for y in (-along, along):
            number = next(n for n, (at, low, high) in enumerate(spans) if at == x and low <= y <= high)
            start, end = (side * RISER_X, y), (side * x, y)
            lateral = piping.lay("喷淋配水管", bore_mm(fed[number]), start, end)
            piping.join(mains[_GALLERY], lateral, start)
            piping.join(lateral, mains[number], end)
    for (number, y, _), hung in branches.items():
        foot = (mains[number].start[0], y)
        far = max((at for _, at in hung), key=lambda at, foot=foot: math.dist(at, foot))
        branch = piping.lay("喷淋支管", bore_mm(len(hung)), foot, far)
        piping.join(mains[number], branch, foot)
        piping.hang(branch, hung)


def _spans(floor_no: int, rows: list[float]) -> list[tuple[float, float, float]]:
    """Mains of one side, that of the gallery first: distance from the middle, ends along y."""
    low, high = rows[0], rows[-1]
    if floor_no < 0:
        shops = [(SHOP_X, low, high)]
    else:  # the atrium is open between them
        edge = min(y for y in rows if y > plan.ATRIUM[2][1])
        shops = [(SHOP_X, low, -edge), (SHOP_X, edge, high)]
    wings = [(WING_X, low, -WING_Y), (WING_X, WING_Y, high)]
    return [(RISER_X, -WING_Y, WING_Y), *shops, *wings]

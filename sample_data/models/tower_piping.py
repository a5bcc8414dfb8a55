"""Sprinklers of the tower and the pipes they hang on: a ring main round the corridor on every storey."""

from __future__ import annotations

import math
from typing import Any

from sample_data.models import tower_plan as plan
from sample_data.models.author import Author
from sample_data.models.piping import DROP_M, Head, Pipe, Piping, Point, bore_mm

RING_X, RING_Y = 3.62, 6.2  # the ring main in the middle of lift hall and corridor
ARM_X, ARM_Y = 0.81, 13.4  # its arms in the corridor's southern and northern ends
RISER = (0.55, -5.0)
_MAIN = "喷淋干管"


def sprinklers(author: Author, floor_no: int, system: Any, riser: Pipe) -> None:
    """Set the heads of one floor and lay what feeds them from its piece of the riser."""
    z_m = plan.storey_height_m(floor_no) - plan.SLAB - DROP_M
    heads = _heads(author, floor_no, system, z_m)
    piping = Piping(author, system, floor_no, z_m)
    mains = _mains(piping, riser)
    for head in heads:
        at = head[1]
        feet = [(foot, main) for main in mains if (foot := main.across(at)) is not None]
        foot, main = min(feet, key=lambda pair, at=at: math.dist(pair[0], at))
        if foot == at:
            piping.hang(main, [head])
        else:
            branch = piping.lay("喷淋支管", bore_mm(1), foot, at)
            piping.join(main, branch, foot)
            piping.hang(branch, [head])


def _heads(author: Author, floor_no: int, system: Any, z_m: float) -> list[Head]:
    shapes = author.shapes
    kind = author.kind(
        "IfcFireSuppressionTerminal", "下垂型喷头 K80 68℃", "SPRINKLER",
        solids=[shapes.rod((0, 0, -0.06), (0.0, 0.0, 1.0), 0.06, 0.012, "steel"),
                shapes.box((-0.025, -0.025, -0.075), (0.025, 0.025, -0.06), "fire")],
        psets={"Pset_FireSuppressionTerminalTypeSprinkler": {"ActivationTemperature": 341.15,
                                                              "MaximumWorkingPressure": 1.2e6}},
    )  # fmt: skip
    points = [p for zone in plan.ZONES for p in zone.sprinklers] + [
        (x, y) for x, y, _ in plan.CORE_SPRINKLERS
    ]
    heads = [(author.put(kind, floor_no, (*at, z_m)), at) for at in points]
    author.group(system, [head for head, _ in heads])
    return heads


def _mains(piping: Piping, riser: Pipe) -> tuple[Pipe, ...]:
    """Lay the ring and its arms and join them to the riser; those that heads may hang on."""
    corner, arm, inlet = (RING_X, RING_Y), (ARM_X, RING_Y), (RISER[0], -RING_Y)

    def lay(start: Point, end: Point) -> Pipe:
        return piping.lay(_MAIN, 100, start, end)

    feed = lay(inlet, RISER)
    south, north = lay((-corner[0], -RING_Y), (RING_X, -RING_Y)), lay((-RING_X, RING_Y), corner)
    west, east = lay((-RING_X, -RING_Y), (-RING_X, RING_Y)), lay((RING_X, -RING_Y), corner)
    south_arm, north_arm = lay((-ARM_X, -ARM_Y), (-ARM_X, -RING_Y)), lay(arm, (ARM_X, ARM_Y))
    for upstream, downstream, at in (
        (riser, feed, RISER), (feed, south, inlet), (south, south_arm, (-ARM_X, -RING_Y)),
        (south, west, (-RING_X, -RING_Y)), (south, east, (RING_X, -RING_Y)),
        (west, north, (-RING_X, RING_Y)), (east, north, corner), (north, north_arm, arm),
    ):  # fmt: skip
        piping.join(upstream, downstream, at)
    return south, north, west, east, south_arm, north_arm

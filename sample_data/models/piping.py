"""Sprinkler pipes of a storey: straight runs under the ceiling, joined by ports from riser to head.

A run has a port wherever something joins it. A line of heads hangs on one segment with a
port for each head: a segment between every two heads would double the number of pipes and
answer no question more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from sample_data.models.author import Author, Entity
from sample_data.models.ports import connect, port

Point = tuple[float, float]
Head = tuple[Entity, Point]

DROP_M = 0.075
"""Axis of the pipes below the slab: a DN150 fits, and the heads' deflectors hang 150 mm below it."""
_BORES = ((1, 25), (3, 32), (4, 40), (8, 50), (12, 65), (32, 80), (64, 100))
_LARGEST_MM = 150
_SYSTEM = "FIREPROTECTION"


def bore_mm(heads: int) -> int:
    """Nominal diameter of a pipe that feeds so many heads of medium hazard (GB 50084, 8.0.9).

    >>> bore_mm(1), bore_mm(5), bore_mm(157)
    (25, 50, 150)
    """
    return next((bore for most, bore in _BORES if heads <= most), _LARGEST_MM)


@dataclass(slots=True)
class Pipe:
    """A pipe of a storey: its ends in plan, western or southern first, and how many ports it has yet.

    `z_m` is the height of its start above the floor; the ends of a riser are one point.
    """

    product: Entity
    start: Point
    end: Point
    z_m: float
    length_m: float
    ports: int = 0

    def across(self, at: Point) -> Point | None:
        """Point of the pipe straight across from a head; None: it does not reach so far."""
        (x0, y0), (x1, y1), (x, y) = self.start, self.end, at
        if x0 == x1:
            return (x0, y) if y0 <= y <= y1 else None
        return (x, y0) if x0 <= x <= x1 else None


class Piping:
    """Lays the pipes of one storey and joins them in the way of the water.

    Parameters
    ----------
    author : Author
        The pen.
    system : entity_instance
        The system all of it belongs to.
    floor_no : int
        The storey.
    z_m : float
        Height of the pipes' axes above its floor.
    """

    def __init__(self, author: Author, system: Entity, floor_no: int, z_m: float) -> None:
        self._author = author
        self._system = system
        self._floor_no = floor_no
        self._z_m = z_m

    def lay(self, name: str, bore: int, start: Point, end: Point) -> Pipe:
        """Draw a run along x or y; the order of its ends says nothing about the water."""
        (x0, y0), (x1, y1) = sorted((start, end))
        length, east = round(max(x1 - x0, y1 - y0), 4), x1 - x0 > y1 - y0
        along = (1.0, 0.0, 0.0) if east else (0.0, 1.0, 0.0)
        kind = self._author.kind(
            "IfcPipeSegment", f"{name} DN{bore} L{length * 1000:.0f} {'东西' if east else '南北'}",
            "RIGIDSEGMENT",
            solids=[self._author.shapes.rod((0.0, 0.0, 0.0), along, length, bore / 2000, "fire")],
            psets={"Pset_PipeSegmentTypeCommon": {"NominalDiameter": bore / 1000}},
        )  # fmt: skip
        made = self._author.put(kind, self._floor_no, (x0, y0, self._z_m), name=f"{name} DN{bore}")
        self._author.group(self._system, [made])
        return Pipe(made, (x0, y0), (x1, y1), self._z_m, length)

    def join(self, upstream: Pipe, downstream: Pipe, at: Point) -> None:
        """Let water from one pipe into another where they meet."""
        outlet = self._port(upstream, "SOURCE", at)
        connect(self._author, outlet, self._port(downstream, "SINK", at))

    def hang(self, pipe: Pipe, heads: Sequence[Head]) -> None:
        """Screw heads into a pipe."""
        for head, at in heads:
            outlet = self._port(pipe, "SOURCE", at)
            connect(self._author, outlet, port(self._author, head, 1, "SINK", of=_SYSTEM))

    def _port(self, pipe: Pipe, flow: str, at: Point) -> Entity:
        pipe.ports += 1
        offset = (at[0] - pipe.start[0], at[1] - pipe.start[1], self._z_m - pipe.z_m)
        return port(self._author, pipe.product, pipe.ports, flow, offset, of=_SYSTEM)


def stack(author: Author, risers: Sequence[Pipe]) -> None:
    """Join the risers of storeys that stand on one another, lowest first: the pumps are below."""
    for below, above in pairwise(risers):
        below.ports += 1
        above.ports += 1
        outlet = port(author, below.product, below.ports, "SOURCE", (0.0, 0.0, below.length_m), of=_SYSTEM)
        connect(author, outlet, port(author, above.product, above.ports, "SINK", of=_SYSTEM))

"""A block that is as it should be: a flat on 2F, two stairs, a hall on 1F with a way out; and its judgement.

::

    y 6 +--------------------+
        | flat / hall        |      walls 0.2 m; doors D (flat), W, E (stairs), X (outside, 1F)
    3.1 +---------D----------+
        | W stair W  E stair |
      0 +---2.1------5.9-----+
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ifcopenshell.guid
import orjson

from loaders.ifc.check.answer import Outcome
from loaders.ifc.check.judging import judge_model
from loaders.ifc.check.limits import read_limits
from loaders.ifc.check.reading import measure_bodies, read_identities
from loaders.ifc.check.result import outcome_of
from loaders.ifc.check.scratch import OUTCOMES
from loaders.ifc.meaning import read_meaning
from tests.loaders.ifc.author import DEPTH, STOREYS, WALL_M, WIDTH, House

ROOMS = {
    "main": ((7.6, 2.6, 2.8), (0.2, 3.2)),
    "corridor": ((3.6, 2.8, 2.8), (2.2, 0.2)),
    "west": ((1.8, 2.8, 2.8), (0.2, 0.2)),
    "east": ((1.8, 2.8, 2.8), (6.0, 0.2)),
}
_WALLS = (
    ((WIDTH, WALL_M), (0.0, 0.0)),
    ((WIDTH, WALL_M), (0.0, DEPTH - WALL_M)),
    ((WALL_M, DEPTH), (0.0, 0.0)),
    ((WALL_M, DEPTH), (WIDTH - WALL_M, 0.0)),
    ((WIDTH, WALL_M), (0.0, 3.0)),
    ((WALL_M, 2.8), (2.0, 0.2)),
    ((WALL_M, 2.8), (5.8, 0.2)),
)
DOORS = {
    "main": ((1.0, 0.05, 2.1), (3.5, 3.075)),
    "west": ((0.05, 1.0, 2.1), (2.075, 1.0)),
    "east": ((0.05, 1.0, 2.1), (5.875, 1.0)),
}


@dataclass
class Block:
    """What may be planted is a parameter; everything else is in order.

    Parameters
    ----------
    without : set of str
        Things left out: `2:main` (a door), `2:room:east` (a space), `stair:east`, `way-out`.
    stairs_from : dict
        Where a stair begins above 1F, metres.
    exit_width_m : float
        Overall width of the door outside.
    """

    without: set[str] = field(default_factory=set)
    stairs_from: dict[str, float] = field(default_factory=dict)
    exit_width_m: float = 1.3
    external: bool | None = True

    def __post_init__(self) -> None:
        self.house = house = House()
        house.describe(house.building, "LH_Common", BuildingCode="B-1")
        house.describe(
            house.building, "Pset_BuildingCommon", FireProtectionClass="二级", OccupancyType="住宅"
        )
        house.describe(house.building, "Pset_BuildingCommon2", SprinklerProtection=False)
        self.spaces: dict[str, Any] = {}
        self.doors: dict[str, Any] = {}
        for floor in (1, 2):
            self._storey(floor, STOREYS[floor][1])
        for side, x in (("west", 0.6), ("east", 6.4)):
            low = self.stairs_from.get(side, 0.0)
            if f"stair:{side}" not in self.without:
                house.put(house.make("IfcStair", f"楼梯 {side}"), (1.0, 2.2, 3.4 - low), (x, 0.5, low), 1)
        if "way-out" not in self.without:
            self._way_out()
        sensor = house.make("IfcSensor", "感烟探测器", PredefinedType="SMOKESENSOR")
        self.sensor = house.put(sensor, (0.1, 0.1, 0.05), (4.0, 4.0, 6.0), 2)
        house.describe(sensor, "LH_Device", DeviceId="SM-1")
        self.zone((7.6, 5.6, 2.8))

    def _storey(self, floor: int, z: float) -> None:
        house = self.house
        for number, (size, at) in enumerate(_WALLS):
            house.put(house.make("IfcWall", f"墙{floor}{number}"), (*size, 3.0), (*at, z), floor)
        for key, (size, at) in ROOMS.items():
            if f"{floor}:room:{key}" in self.without:
                continue
            space = house.make("IfcSpace", f"{floor}{key}")
            space.LongName = "两室一厅" if (floor, key) == (2, "main") else key
            house.put(space, size, (*at, z), floor)
            house.measure(space, "Qto_SpaceBaseQuantities", NetFloorArea=size[0] * size[1])
            self.spaces[f"{floor}:{key}"] = space
        for key, (size, at) in DOORS.items():
            if f"{floor}:{key}" not in self.without:
                door = house.make("IfcDoor", f"门 {floor}{key}", OverallWidth=1.0, OverallHeight=2.1)
                house.put(door, size, (*at, z), floor)
                house.describe(door, "Pset_DoorCommon", FireExit=key != "main", IsExternal=False)
                self.doors[f"{floor}:{key}"] = door

    def _way_out(self) -> None:
        house, width = self.house, self.exit_width_m
        door = house.make("IfcDoor", "外门", OverallWidth=width, OverallHeight=2.1)
        house.put(door, (width, 0.05, 2.1), (3.0, DEPTH - 0.125, 0.0), 1)
        said = {} if self.external is None else {"IsExternal": self.external}
        house.describe(door, "Pset_DoorCommon", FireExit=True, **said)
        self.doors["way-out"] = door

    def zone(self, size: tuple[float, float, float]) -> Any:
        """A fire compartment of that size on 2F, with the flat in it."""
        house = self.house
        zone = house.make("IfcSpatialZone", "FC-02", PredefinedType="FIRESAFETY")
        house.show(zone, house.box(*size))
        house.place(zone, 0.2, 0.2, 3.5)
        if "2:main" in self.spaces:
            house.model.create_entity(
                "IfcRelReferencedInSpatialStructure",
                GlobalId=ifcopenshell.guid.new(),
                RelatedElements=[self.spaces["2:main"]],
                RelatingStructure=zone,
            )
        return zone

    def write(self, folder: Path, name: str = "block.ifc") -> Path:
        """Write the file."""
        return self.house.write(folder / name)

    def judge(self, folder: Path, limits: Path | None = None) -> dict[str, Outcome]:
        """Outcomes by rule, read and judged in this process."""
        return judge(self.write(folder), folder, limits)


def judge(path: Path, scratch: Path, limits: Path | None = None) -> dict[str, Outcome]:
    """Outcomes of a file by rule, without child processes: for tests of the rules alone."""

    def hear(_: dict[str, Any]) -> None:
        pass

    read = read_meaning(scratch, hear, path=str(path), max_bytes=100_000_000)
    source = {"plain": read["plain"], "form": read["form"]}
    read_identities(scratch, hear, **source)
    measure_bodies(scratch, hear, **source)
    judge_model(scratch, hear, limits=read_limits(limits), bodiless=None)
    rows = orjson.loads((scratch / OUTCOMES).read_bytes())
    return {row["rule"]: outcome_of(row) for row in rows}


def findings(outcomes: dict[str, Outcome]) -> list[tuple[str, str, str | None, str | None]]:
    """Rule, answer, name of the object and what was found, of every finding."""
    return [
        (finding.rule, str(finding.answer), finding.subject.name, finding.found)
        for outcome in outcomes.values()
        for finding in outcome.findings
    ]

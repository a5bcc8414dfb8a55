"""A house written for questions about its inside; every answer can be worked out by hand.

Each of the two storeys (0.0 and 3.5 m, basement -3.0 m) measures 20 x 10 m, walls 0.2 m on these lines::

    y=10 +---------------+---------+------+
         | N1            D   N2    | STAIR|      D: doors, all 1.0 m wide
    y=6  +-------D-------+---------+--D---+      N2 opens to N1 only
    exit D            CORRIDOR            |      the way out is at the west end, on 1F
    y=4  +-------D-------+-------D-+------+
         | S1            |      S2        |
    y=0  +---------------+----------------+
         x=0            x=10      x=16    x=20
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ifcopenshell.api.feature
import ifcopenshell.api.group
import ifcopenshell.api.root
import ifcopenshell.api.system

from tests.loaders.ifc.author import STOREYS, House

ROOMS = {
    "S1": (0.0, 0.0, 10.0, 4.0),
    "S2": (10.0, 0.0, 20.0, 4.0),
    "CORRIDOR": (0.0, 4.0, 20.0, 6.0),
    "N1": (0.0, 6.0, 10.0, 10.0),
    "N2": (10.0, 6.0, 16.0, 10.0),
    "STAIR": (16.0, 6.0, 20.0, 10.0),
}
CLEAR_M = 2.8
# name, from, to, rating
WALLS = (
    ("南墙", (0, 0), (20, 0), "3.00h"),
    ("北墙", (0, 10), (20, 10), "3.00h"),
    ("西墙", (0, 0), (0, 10), "2.00h"),
    ("东墙", (20, 0), (20, 10), "2.00h"),
    ("走道南墙", (0, 4), (20, 4), "1.00h"),
    ("走道北墙", (0, 6), (20, 6), "0.50h"),
    ("隔墙南", (10, 0), (10, 4), "0.75h"),
    ("隔墙北", (10, 6), (10, 10), None),
    ("楼梯墙", (16, 6), (16, 10), "2.00h"),
)
# name, wall, middle, rating, external
DOORS = (
    ("D-S1", "走道南墙", (5.0, 4.0), None, False),
    ("D-S2", "走道南墙", (15.0, 4.0), "丙级", False),
    ("D-N1", "走道北墙", (5.0, 6.0), None, False),
    ("D-N2", "隔墙北", (10.0, 8.0), None, False),
    ("D-ST", "走道北墙", (18.0, 6.0), "乙级", False),
)
EXIT = ("D-OUT", "西墙", (0.0, 5.0), None, True)


class InteriorHouse(House):
    """The house while it is written."""

    def __init__(self, schema: str = "IFC4") -> None:
        super().__init__(schema)
        self.rooms: dict[tuple[int, str], Any] = {}
        self.walls: dict[tuple[int, str], Any] = {}
        self.things: dict[str, Any] = {}
        for level in (1, 2):
            self._storey(level)
        stair = self.make("IfcStairFlight", "梯段")
        self.things["stair"] = self.put(stair, (1.2, 3.0, 3.5), (17.0, 6.5, 0.0), 1)
        cellar = self.make("IfcSpace", "B101", LongName="水泵房")
        self.rooms[0, "PUMPS"] = self.put(cellar, (9.8, 9.8, 2.6), (0.1, 0.1, -3.0), 0)
        self._pipes()
        self._compartment()

    def rebuild(self) -> None:
        """Make the second version: a door less on floor 1, a wider one on floor 2, a smaller compartment."""
        door = self.things["1/D-S1"]
        hole = door.FillsVoids[0].RelatingOpeningElement
        ifcopenshell.api.root.remove_product(self.model, product=door)
        ifcopenshell.api.feature.remove_feature(self.model, feature=hole)
        self.things["2/D-N1"].OverallWidth = 1.25
        [zone] = self.model.by_type("IfcRelReferencedInSpatialStructure")
        zone.RelatedElements = [self.rooms[1, name] for name in ("S2", "CORRIDOR")]

    def _storey(self, level: int) -> None:
        z = STOREYS[level][1]
        for name, (west, south, east, north) in ROOMS.items():
            room = self.make("IfcSpace", f"{level}F-{name}", LongName=f"{name} 房间")
            size = (east - west - 0.2, north - south - 0.2, CLEAR_M)
            self.rooms[level, name] = self.put(room, size, (west + 0.1, south + 0.1, z), level)
        for name, (x0, y0), (x1, y1), rating in WALLS:
            wall = self.make("IfcWall", name)
            size = (x1 - x0 or 0.2, 0.2 if x1 - x0 else y1 - y0, 3.0)
            at = (x0 if x1 - x0 else x0 - 0.1, y0 - 0.1 if x1 - x0 else y0, z)
            self.walls[level, name] = self.put(wall, size, at, level)
            if rating is not None:
                self.describe(wall, "Pset_WallCommon", FireRating=rating)
        for door in (*DOORS, EXIT) if level == 1 else DOORS:
            self._door(level, *door)

    def _door(  # noqa: PLR0917  the columns of the table above
        self, level: int, name: str, wall: str, middle: tuple[float, float], rating: str | None, out: bool
    ) -> None:
        z, host = STOREYS[level][1], self.walls[level, wall]
        along_x = wall.startswith(("走道", "南", "北"))
        x, y = middle
        size = (1.0, 0.4, 2.1) if along_x else (0.4, 1.0, 2.1)
        hole = self.put(
            self.make("IfcOpeningElement", "门洞"), size, (x - size[0] / 2, y - size[1] / 2, z), level
        )
        ifcopenshell.api.spatial.unassign_container(self.model, products=[hole])
        ifcopenshell.api.feature.add_feature(self.model, feature=hole, element=host)
        door = self.make("IfcDoor", name, OverallWidth=1.0, OverallHeight=2.1)
        leaf = (1.0, 0.05, 2.1) if along_x else (0.05, 1.0, 2.1)
        # the leaf lies in one face of the wall, as doors do
        at = (x - 0.5, y + 0.05, z) if along_x else (x + 0.05, y - 0.5, z)
        self.put(door, leaf, at, level)
        ifcopenshell.api.feature.add_filling(self.model, opening=hole, element=door)
        said = {"IsExternal": out} | ({"FireRating": rating} if rating else {})
        self.describe(door, "Pset_DoorCommon", **said)
        self.things[f"{level}/{name}"] = door

    def _pipes(self) -> None:
        """A riser through both storeys; a branch and a sprinkler hang on it, another one does not."""
        system = ifcopenshell.api.system
        whole = system.add_system(self.model, ifc_class="IfcDistributionSystem")
        whole.Name = "喷淋系统"
        for level in (1, 2):
            riser = self.make("IfcPipeSegment", "喷淋立管", PredefinedType="RIGIDSEGMENT")
            self.things[f"riser{level}"] = self.put(
                riser, (0.1, 0.1, 3.0), (19.5, 9.5, STOREYS[level][1]), level
            )
        branch = self.make("IfcPipeSegment", "支管", PredefinedType="RIGIDSEGMENT")
        self.things["branch"] = self.put(branch, (10.0, 0.05, 0.05), (9.5, 9.5, 2.7), 1)
        for name, at in (("SP-1", (9.5, 9.0, 2.7)), ("SP-2", (2.0, 2.0, 2.7))):
            head = self.make("IfcFireSuppressionTerminal", name, PredefinedType="SPRINKLER")
            self.things[name] = self.put(head, (0.05, 0.05, 0.1), at, 1)
        for level, kind in ((1, "IfcValve"), (2, "IfcFlowTerminal")):
            thing = self.make(kind, f"{kind}-{level}")
            self.things[kind] = self.put(thing, (0.1, 0.1, 0.1), (3.0, 8.0, STOREYS[level][1] + 1.0), level)
        members = [self.things[n] for n in ("riser1", "riser2", "branch", "SP-1", "SP-2")]
        system.assign_system(self.model, products=members, system=whole)
        for a, b in (("riser1", "branch"), ("branch", "SP-1")):
            ports = [system.add_port(self.model, element=self.things[name]) for name in (a, b)]
            system.connect_port(self.model, port1=ports[0], port2=ports[1], direction="SOURCE")

    def _compartment(self) -> None:
        zone = self.make("IfcSpatialZone", "FC-1", LongName="一层防火分区", PredefinedType="FIRESAFETY")
        self.model.create_entity(
            "IfcRelReferencedInSpatialStructure",
            GlobalId=ifcopenshell.guid.new(),
            RelatedElements=[self.rooms[1, name] for name in ("S1", "S2", "CORRIDOR")],
            RelatingStructure=zone,
        )


def write_house(path: Path) -> Path:
    """The house where the other test house stands, not turned."""
    made = InteriorHouse()
    made.georeference()
    return made.write(path)

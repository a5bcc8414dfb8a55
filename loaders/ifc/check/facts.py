"""What the rules may ask of a model: plain values, read in the child, with the shapes beside them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import shapely

from loaders.ifc.check.answer import Subject
from loaders.ifc.check.scratch import BODIES, IDENTITIES
from loaders.ifc.outcome import load_meaning, load_sets

if TYPE_CHECKING:
    from loaders.ifc.check.graph import RoomGraph
    from loaders.ifc.check.stairs import Stair

Row = dict[str, Any]
ROLES = ("space", "opening", "equipment", "element")
_DWELLING = re.compile(
    r"[一二三四五六两\d]室[一二三\d]厅|一室户|公寓套|住宅套|\b(?:apartment|dwelling|flat|wohnung)\b",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Body:
    """Shape of one object: plan outline, lowest and highest point, model metres."""

    global_id: str
    kind: str
    outline: Any
    low_m: float
    high_m: float
    middle: tuple[float, float] | None = None
    through: tuple[float, float] | None = None
    width_m: float | None = None


@dataclass
class Facts:
    """One model.

    Attributes
    ----------
    meaning : dict
        As `loaders.ifc.meaning` reads it.
    identities : dict
        As `loaders.ifc.check.reading` reads it.
    bodies : list of Body
        Empty where none could be measured; `bodiless` then says why.
    bodiless : str or None
        Why there are no bodies.
    graph : RoomGraph
        Filled in where there are bodies, and so are `stairs`.
    """

    meaning: dict[str, Any]
    identities: dict[str, Any]
    bodies: list[Body] = field(default_factory=list)
    bodiless: str | None = None
    graph: RoomGraph = field(init=False)
    stairs: list[Stair] = field(default_factory=list)

    @cached_property
    def storeys(self) -> dict[str, Row]:
        """Storeys by GlobalId."""
        return {row["global_id"]: row for row in self.meaning["storeys"]}

    @cached_property
    def body(self) -> dict[str, Body]:
        """Bodies by GlobalId."""
        return {body.global_id: body for body in self.bodies}

    @cached_property
    def ground_m(self) -> float | None:
        """Elevation of the ground storey; None where no storey is number 1."""
        stated = [row["elev_m"] for row in self.storeys.values() if row["floor_no"] == 1]
        found = [elevation for elevation in stated if elevation is not None]
        return min(found) if found else None

    @cached_property
    def dwellings(self) -> list[Row]:
        """Spaces that are a flat: they carry a unit code, or their name says so."""
        return [row for row in self.meaning["space"] if is_dwelling(row)]

    @cached_property
    def rows(self) -> dict[str, Row]:
        """Objects by GlobalId, whatever their role; storeys and buildings with their class."""
        found = {row["global_id"]: row for role in ROLES for row in self.meaning[role]}
        found |= {i: {**row, "ifc_class": "IfcBuildingStorey"} for i, row in self.storeys.items()}
        return found | {
            row["global_id"]: {**row, "ifc_class": "IfcBuilding"} for row in self.meaning["buildings"]
        }

    def row(self, global_id: str | None) -> Row | None:
        """The object of that GlobalId."""
        return self.rows.get(global_id or "")

    def of_class(self, role: str, ifc_class: str) -> list[Row]:
        """Rows of one class in one role."""
        return [row for row in self.meaning[role] if row["ifc_class"] == ifc_class]

    def property(self, global_id: str | None, name: str) -> Any:
        """First stated value of a property of that name in any set of an object; else None."""
        for values in self.meaning["sets"].get(global_id or "", {}).get("psets", {}).values():
            if values.get(name) not in (None, ""):
                return values[name]
        return None

    def quantity(self, global_id: str, *names: str) -> float | None:
        """First stated positive quantity of these names, SI."""
        for name in names:
            for values in self.meaning["sets"].get(global_id, {}).get("quantities", {}).values():
                value = values.get(name)
                if isinstance(value, int | float) and value > 0:
                    return float(value)
        return None

    def subject(self, row: Row) -> Subject:
        """Where an object of the model is."""
        global_id = row.get("global_id")
        storey = self.storeys.get(row.get("storey") or global_id or "")
        return Subject(
            global_id=global_id,
            ifc_class=row.get("ifc_class"),
            name=row.get("long_name") or row.get("name"),
            storey=None if storey is None else storey["name"] or storey["long_name"],
            floor_no=None if storey is None else storey["floor_no"],
            point_m=self.point_m(global_id),
        )

    def point_m(self, global_id: str | None) -> tuple[float, float, float] | None:
        """A point on an object: inside its outline, half way up; else its placement."""
        body = self.body.get(global_id or "")
        if body is not None:
            spot = shapely.point_on_surface(body.outline)
            return (
                round(float(spot.x), 3),
                round(float(spot.y), 3),
                round((body.low_m + body.high_m) / 2, 3),
            )
        origin = self.identities["origins"].get(global_id or "")
        return None if origin is None else (origin[0], origin[1], origin[2])


def is_dwelling(row: Row) -> bool:
    """Whether a space is a flat."""
    names = (row.get("long_name"), row.get("object_type"), row.get("type_name"))
    return bool(row.get("unit_code")) or any(_DWELLING.search(name) for name in names if name)


def load_facts(scratch: Path, bodiless: str | None) -> Facts:
    """Read what the child wrote."""
    bodies = [] if bodiless else [_body(row) for row in orjson.loads((scratch / BODIES).read_bytes())]
    identities = orjson.loads((scratch / IDENTITIES).read_bytes())
    sets = {identity: orjson.loads(text) for identity, text in load_sets(scratch)}
    return Facts(load_meaning(scratch) | {"sets": sets}, identities, bodies, bodiless)


def _body(row: Row) -> Body:
    return Body(
        global_id=row["global_id"],
        kind=row["kind"],
        outline=shapely.from_wkb(row["outline"]),
        low_m=row["z_m"][0],
        high_m=row["z_m"][1],
        middle=tuple(row["middle"]) if "middle" in row else None,
        through=tuple(row["through"]) if "through" in row else None,
        width_m=row.get("width_m"),
    )

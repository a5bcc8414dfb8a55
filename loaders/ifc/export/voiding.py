"""Openings of an exported model.

The bodies are written as they are drawn, holes cut. So an opening carries no body of its
own that a reader would cut out once more: one that a door fills has none, an empty one has
its plan between its heights as `Reference`, which IFC4 defines as "not subtracted", given
beside the hole in the body of the voided element.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from loaders.ifc.export.identity import Identities

Entity = Any
Row = Mapping[str, Any]
Key = tuple[str, str]
HOLE = "IfcOpeningElement"


def hosts(rows: Mapping[str, list[dict[str, Any]]]) -> dict[int, int]:
    """Id of the wall or slab that each door, window or empty opening sits in, by its id."""
    numbers: dict[Key, int] = {}
    elements = set()
    for name in ("element", "equipment"):
        for row in rows[name]:
            numbers[row["source"], row["source_key"]] = row["id"]
            elements.add(row["id"])
    found: dict[int, int] = {}
    for row in rows["opening"]:
        stated = (row["properties"] or {}).get("host")
        host = numbers.get((row["source"], stated)) if stated else None
        if host is None and row["fields"]["ifc_class"] == HOLE and row["parent_id"] in elements:
            host = row["parent_id"]
        if host is not None:
            found[row["id"]] = host
    return found


class Voiding:
    """Writes openings with what they void and what fills them."""

    def __init__(self, file: Any, identify: Identities) -> None:
        self._file, self._identify = file, identify
        self._openings: dict[tuple[int, str], Entity] = {}
        self._count = 0

    def void(self, host: Entity, opening: Entity) -> None:
        """Say that an opening is one of the wall or slab."""
        self._file.create_entity(
            "IfcRelVoidsElement", GlobalId=self._identify(f"void/{self._count}"),
            RelatingBuildingElement=host, RelatedOpeningElement=opening,
        )  # fmt: skip
        self._count += 1

    def fill(self, row: Row, filling: Entity, host: Entity) -> None:
        """Put a door or window into its opening of the wall; two may share one."""
        stated = (row["properties"] or {}).get("opening") or f"opening/{row['source']}/{row['source_key']}"
        key = (host.id(), stated)
        if key not in self._openings:
            self._openings[key] = self._file.create_entity(
                HOLE, GlobalId=self._identify(stated), Name=row["fields"].get("name"),
                ObjectPlacement=filling.ObjectPlacement, PredefinedType="OPENING",
            )  # fmt: skip
            self.void(host, self._openings[key])
        self._file.create_entity(
            "IfcRelFillsElement", GlobalId=self._identify(f"fill/{row['source']}/{row['source_key']}"),
            RelatingOpeningElement=self._openings[key], RelatedBuildingElement=filling,
        )  # fmt: skip

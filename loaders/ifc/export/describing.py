"""Property and quantity sets of an exported model, equal ones written once."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import orjson

Entity = Any
_LABEL = 255
_QUANTITIES = (
    (re.compile("Area$"), "Area"),
    (re.compile("Volume$"), "Volume"),
    (re.compile("Weight$"), "Weight"),
    (re.compile("(Length|Width|Height|Depth|Perimeter|Thickness)$"), "Length"),
)
"""Kind of a base quantity by its name, as buildingSMART names them."""


class Describing:
    """Collects sets of objects and writes the relations at the end.

    Parameters
    ----------
    file : ifcopenshell.file
        The model, SI units.
    identify : callable
        Path of a thing -> its GlobalId.
    """

    def __init__(self, file: Any, identify: Any) -> None:
        self._file, self._identify = file, identify
        self._made: dict[bytes, Entity] = {}
        self._members: dict[Entity, list[Entity]] = defaultdict(list)

    def describe(self, product: Entity, sets: Mapping[str, Any] | None) -> None:
        """Give an object its stored sets."""
        for title, values in (sets or {}).get("psets", {}).items():
            self.properties(product, title, values)
        for title, values in (sets or {}).get("quantities", {}).items():
            self.quantities(product, title, values)

    def properties(self, product: Entity, title: str, values: Mapping[str, Any]) -> None:
        """A property set; what is unknown is left out."""
        told = {name: value for name, value in values.items() if value is not None}
        if not told:
            return
        key = orjson.dumps(["p", title, told], option=orjson.OPT_SORT_KEYS)
        if key not in self._made:
            listed = [
                self._file.create_entity("IfcPropertySingleValue", name, None, self._value(value), None)
                for name, value in told.items()
            ]
            self._made[key] = self._file.create_entity(
                "IfcPropertySet", self._identify(f"set/{len(self._made)}"), None, title, None, listed
            )
        self._members[self._made[key]].append(product)

    def quantities(self, product: Entity, title: str, values: Mapping[str, Any]) -> None:
        """A quantity set; a name that says no kind becomes a property instead."""
        numbers = {k: float(v) for k, v in values.items() if isinstance(v, int | float) and v >= 0}
        kinds = {name: kind for name in numbers for test, kind in _QUANTITIES if test.search(name)}
        self.properties(product, f"{title}_Other", {k: v for k, v in values.items() if k not in kinds})
        if not kinds:
            return
        chosen = {name: numbers[name] for name in kinds}
        key = orjson.dumps(["q", title, chosen], option=orjson.OPT_SORT_KEYS)
        if key not in self._made:
            listed = [
                self._file.create_entity(f"IfcQuantity{kinds[name]}", name, None, None, value, None)
                for name, value in chosen.items()
            ]
            self._made[key] = self._file.create_entity(
                "IfcElementQuantity",
                self._identify(f"set/{len(self._made)}"),
                None,
                title,
                None,
                None,
                listed,
            )
        self._members[self._made[key]].append(product)

    def relate(self) -> None:
        """Write the relations."""
        for number, (pset, members) in enumerate(self._members.items()):
            self._file.create_entity(
                "IfcRelDefinesByProperties", self._identify(f"described/{number}"), None, None, None,
                members, pset,
            )  # fmt: skip

    def _value(self, value: Any) -> Entity:
        create = self._file.create_entity
        if isinstance(value, bool):
            return create("IfcBoolean", value)
        if isinstance(value, int):
            return create("IfcInteger", value)
        if isinstance(value, float):
            return create("IfcReal", value)
        text = value if isinstance(value, str) else orjson.dumps(value).decode()
        return create("IfcLabel" if len(text) <= _LABEL else "IfcText", text)

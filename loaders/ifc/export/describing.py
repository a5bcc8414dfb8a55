"""Property and quantity sets of an exported model, equal ones written once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import orjson

from loaders.ifc.export.identity import Identities
from loaders.ifc.export.measures import Units, property_measure, quantity_kind

Entity = Any
_LABEL = 255


class Describing:
    """Collects sets of objects and writes the relations at the end.

    Parameters
    ----------
    file : ifcopenshell.file
        The model, SI units.
    identify : Identities
        GlobalIds.
    units : Units
        Units of the file.
    """

    def __init__(self, file: Any, identify: Identities, units: Units) -> None:
        self._file, self._identify, self._units = file, identify, units
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
            listed = [self._property(title, name, value) for name, value in told.items()]
            self._made[key] = self._file.create_entity(
                "IfcPropertySet", self._identify(f"set/{len(self._made)}"), None, title, None, listed
            )
        self._members[self._made[key]].append(product)

    def quantities(self, product: Entity, title: str, values: Mapping[str, Any]) -> None:
        """A quantity set; a name that says no kind becomes a property instead."""
        numbers = {
            name: float(value)
            for name, value in values.items()
            if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
        }
        kinds = {name: kind for name in numbers if (kind := quantity_kind(title, name)) is not None}
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

    def _property(self, title: str, name: str, value: Any) -> Entity:
        create = self._file.create_entity
        if isinstance(value, Mapping) and value and set(value) <= {"lower", "upper", "set_point"}:
            upper, lower, point = [
                None if value.get(k) is None else self._value(title, name, value[k])
                for k in ("upper", "lower", "set_point")
            ]
            if any(bound is not None for bound in (upper, lower, point)):
                return create("IfcPropertyBoundedValue", name, None, upper, lower, None, point)
        if isinstance(value, list) and value and all(isinstance(one, str) and one for one in value):
            return create(
                "IfcPropertyListValue", name, None, [self._value(title, name, one) for one in value], None
            )
        if isinstance(value, Mapping) and any(inner is not None for inner in value.values()):
            inner = [self._property(title, key, one) for key, one in value.items() if one is not None]
            return create("IfcComplexProperty", name, None, name, inner)
        return create("IfcPropertySingleValue", name, None, self._value(title, name, value), None)

    def _value(self, title: str, name: str, value: Any) -> Entity:
        create = self._file.create_entity
        if isinstance(value, bool):
            return create("IfcBoolean", value)
        if isinstance(value, int | float):
            measure = property_measure(title, name, value)
            if measure is not None and self._units.has(measure):
                return create(measure, float(value))
            return create("IfcInteger", value) if isinstance(value, int) else create("IfcReal", value)
        text = value if isinstance(value, str) else orjson.dumps(value).decode()
        return create("IfcLabel" if len(text) <= _LABEL else "IfcText", text)

"""Attributes, names and address of a CityGML element."""

from __future__ import annotations

import re
from typing import Any

from loaders.citymodel import kinds
from loaders.citymodel.objects import CityObject
from loaders.citymodel.xml import Element

_GEOMETRY = re.compile(r"lod\d\w+|tin|extent|boundary|boundedBy|referencePoint")
_GENERIC = re.compile(r"(?:string|int|double|date|uri|measure)Attribute", re.IGNORECASE)
FEET = frozenset(("ft", "feet", "foot"))
"""Units of measure whose values are not metres; the rest is taken as the standard says: metres."""
_DEEPEST = 12
_MOST = 2_000


def describe(element: Element, one: CityObject) -> None:
    """Fill attributes, code spaces, names and address from the properties of an element."""
    for prop in element.children:
        if prop.name == "name" and "gml" in prop.space:
            if prop.text:
                one.names.append(prop.text)
        elif prop.name == "address":
            one.address = one.address or _line(prop)
        elif _GENERIC.fullmatch(prop.name) or prop.name in ("genericAttribute", "genericAttributeSet"):
            _generic(prop, one.attributes)
        elif not _GEOMETRY.fullmatch(prop.name) and not _holds_objects(prop):
            value = _value(prop, 0)
            if value not in (None, "", {}):
                _put(one.attributes, prop.name, value)
                if (space := prop.attributes.get("codeSpace")) is not None:
                    one.code_spaces[prop.name] = space


def _generic(prop: Element, attributes: dict[str, Any]) -> None:
    """`gen:stringAttribute name=""` of CityGML 2, `gen:StringAttribute` with a name of 3, and sets."""
    if prop.name == "genericAttribute":
        for child in prop.children:
            _generic(child, attributes)
        return
    inner = {child.name: child for child in prop.children}
    name = prop.attributes.get("name") or (inner["name"].text if "name" in inner else "")
    if not name:
        return
    if prop.name.lower().endswith("set"):
        collected: dict[str, Any] = {}
        for child in prop.children:
            _generic(child, collected)
        _put(attributes, name, collected)
    elif "value" in inner:
        _put(attributes, name, inner["value"].text)


def _value(element: Element, depth: int) -> Any:
    """Text of a leaf, a dictionary of what is below otherwise."""
    if not element.children:
        unit = element.attributes.get("uom", "")
        return {"value": element.text, "uom": unit} if unit.lower().strip("#") in FEET else element.text
    if depth > _DEEPEST:
        return None
    if len(element.children) == 1 and element.children[0].name[:1].isupper():
        # a property and the type that is its value
        return _value(element.children[0], depth + 1)
    found: dict[str, Any] = {}
    for child in element.children[:_MOST]:
        value = _value(child, depth + 1)
        if value not in (None, "", {}):
            _put(found, child.name, value)
    return found


def _put(target: dict[str, Any], name: str, value: Any) -> None:
    """Keep every value of a property that comes several times."""
    if name not in target:
        target[name] = value
    elif isinstance(target[name], list):
        target[name].append(value)
    else:
        target[name] = [target[name], value]


def _holds_objects(prop: Element) -> bool:
    """Whether a property leads to objects or surfaces rather than to values."""
    return any(
        part.name in kinds.COLLECTION
        or part.name in kinds.LINES
        or part.name in kinds.THROUGH
        or part.name in kinds.NOT_KEPT
        or part.name.endswith("Relief")
        or kinds.is_surface(part.name, prop.name)
        for part in prop.children
    )


def _line(address: Element) -> str | None:
    """An xAL address in one line, in the order of the file."""
    words: list[str] = []
    for one in address.all():
        if (
            one.text
            and not one.children
            and one.name not in ("pos", "posList", "Identifier")
            and one.text not in words
        ) or (one.name in ("Number", "Identifier", "NameElement") and one.text and one.text not in words):
            words.append(one.text)
    return ", ".join(words) or None

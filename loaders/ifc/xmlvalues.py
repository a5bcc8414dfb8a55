"""Values of ifcXML by the type the schema declares: text of an attribute or children of an element."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

_TRUE, _FALSE = ("true", "1", ".t."), ("false", "0", ".f.")


@dataclass(frozen=True, slots=True)
class Reference:
    """An entity by its id, which may come later in the file."""

    identity: str


def value_of(reader: Any, declared: Any, text: str, element: Element | None) -> Any:
    """Value of an attribute.

    Parameters
    ----------
    reader : _Reader
        Makes entities.
    declared : type_of_attribute
        What the schema says it is.
    text : str
        Its text.
    element : Element or None
        The element it was stated by; None for an XML attribute.
    """
    aggregate = declared.as_aggregation_type()
    if aggregate is not None:
        return _aggregate(reader, aggregate, text, element)
    simple = declared.as_simple_type()
    if simple is not None:
        return _simple(simple.declared_type(), text)
    return _named(reader, declared.as_named_type().declared_type(), text, element)


def _named(reader: Any, declaration: Any, text: str, element: Element | None) -> Any:
    entity = declaration.as_entity()
    if entity is not None:
        return None if element is None else _child_entity(reader, element, entity.name())
    enumeration = declaration.as_enumeration_type()
    if enumeration is not None:
        return text.strip().upper() or None
    select = declaration.as_select_type()
    if select is not None:
        return None if element is None else _selected(reader, element)
    return value_of(reader, declaration.as_type_declaration().declared_type(), text, element)


def _aggregate(reader: Any, aggregate: Any, text: str, element: Element | None) -> Any:
    inner = aggregate.type_of_element()
    if inner.as_aggregation_type() is not None:
        return _nested(reader, inner, text, element)
    base = _base(inner)
    if base == "entity":
        return [] if element is None else _entities(reader, element, inner)
    if base == "select":
        return [] if element is None else [_one(reader, child) for child in element]
    if element is not None and len(element):
        return [value_of(reader, inner, child.text or "", child) for child in element]
    return [value_of(reader, inner, word, None) for word in text.split()] or None


def _nested(reader: Any, inner: Any, text: str, element: Element | None) -> Any:
    """A list of lists: children for the rows, or one run of numbers in rows of fixed length."""
    if element is not None and len(element):
        return [_aggregate(reader, inner.as_aggregation_type(), child.text or "", child) for child in element]
    words = _aggregate(reader, inner.as_aggregation_type(), text, None) or []
    length = inner.as_aggregation_type().bound2()
    if length < 1 or len(words) % length:
        return None
    return [words[i : i + length] for i in range(0, len(words), length)]


def _entities(reader: Any, element: Element, inner: Any) -> list[Any]:
    name = inner.as_named_type().declared_type().name()
    return [found for child in element if (found := reader.entity(child, name)) is not None]


def _child_entity(reader: Any, element: Element, name: str) -> Any:
    """IFC4 states the entity by the attribute's own element, IFC2x3 by a child of it."""
    tag = element[0].tag.rpartition("}")[2] if len(element) == 1 else ""
    if tag.startswith("Ifc") and not element.get("href"):
        return reader.entity(element[0], name)
    return reader.entity(element, name)


def _selected(reader: Any, element: Element) -> Any:
    if len(element) == 1:
        return _one(reader, element[0])
    return _one(reader, element)


def _one(reader: Any, element: Element) -> Any:
    """A member of a select: an entity, or a typed value such as `<IfcLabel-wrapper>`."""
    if element.get("href") or element.get("ref"):
        return reader.entity(element, None)
    name = element.tag.rpartition("}")[2].removesuffix("-wrapper")
    declaration = reader.type_named(name)
    if declaration is None or declaration.as_entity() is not None:
        return reader.entity(element, None)
    if declaration.as_type_declaration() is None:
        return None
    value = value_of(reader, declaration.as_type_declaration().declared_type(), element.text or "", element)
    return None if value is None else reader.model.create_entity(name, value)


def _base(declared: Any) -> str:
    named = declared.as_named_type()
    if named is None:
        return "simple"
    declaration = named.declared_type()
    if declaration.as_entity() is not None:
        return "entity"
    return "select" if declaration.as_select_type() is not None else "simple"


def _simple(kind: str, text: str) -> Any:
    word = text.strip()
    if kind == "string":
        return text
    if not word:
        return None
    if kind in ("integer", "real", "number"):
        # programs of many countries write a decimal comma, against the standard but plain enough
        number = float(word.replace(",", ".") if word.count(",") == 1 and "." not in word else word)
        return int(number) if kind == "integer" else number
    if kind in ("boolean", "logical"):
        lower = word.lower()
        if lower in _TRUE or lower in _FALSE:
            return lower in _TRUE
        return "UNKNOWN" if kind == "logical" else None
    return word

"""What IFC4 knows of its classes: which can be written, their enumerations, their types."""

from __future__ import annotations

from functools import cache
from typing import Any

import ifcopenshell
import ifcopenshell.util.type

SCHEMA = "IFC4"


@cache
def element_classes() -> frozenset[str]:
    """Elements of the schema that are not abstract and need nothing but their name; no holes."""
    found = []
    pending = [_entity("IfcElement")]
    while pending:
        kind = pending.pop()
        pending += kind.subtypes()
        if kind.name() == "IfcFeatureElement":
            pending = [p for p in pending if p.supertype().name() != "IfcFeatureElement"]
        elif not kind.is_abstract():
            found.append(kind.name())
    return frozenset(found) - {"IfcVirtualElement"}


@cache
def choices(kind: str, attribute: str = "PredefinedType") -> frozenset[str]:
    """Values of an enumeration of a class; empty where it has none of that name."""
    for declared in _entity(kind).all_attributes():
        if declared.name() == attribute:
            named = declared.type_of_attribute().declared_type()
            return frozenset(named.as_enumeration_type().enumeration_items())
    return frozenset()


@cache
def undefined(kind: str) -> dict[str, str]:
    """Enumerations a class must state, each with the value that says nothing."""
    found = {}
    for declared in _entity(kind).all_attributes():
        named = declared.type_of_attribute()
        named = named.declared_type() if hasattr(named, "declared_type") else None
        listed = named.as_enumeration_type() if named is not None else None
        if listed is not None and not declared.optional() and "NOTDEFINED" in listed.enumeration_items():
            found[declared.name()] = "NOTDEFINED"
    return found


@cache
def type_class(kind: str, stated: str | None) -> str | None:
    """Class a type of occurrences of `kind` is written as: the stated one where the schema allows it.

    Returns
    -------
    str or None
        None where occurrences of the class have no types.
    """
    fitting = ifcopenshell.util.type.get_applicable_types(kind, SCHEMA)
    if stated in fitting and not str(stated).endswith("Style"):
        return stated
    return next((name for name in fitting if not _entity(name).is_abstract()), None)


@cache
def is_a(kind: str, above: str) -> bool:
    """Whether a class of the schema is another one or below it."""
    here = _entity(kind)
    while here is not None:
        if here.name() == above:
            return True
        here = here.supertype()
    return False


@cache
def exists(kind: str) -> bool:
    """Whether the schema has an entity of that name that can be written."""
    try:
        return not _entity(kind).is_abstract()
    except RuntimeError:
        return False


def predefine(entity: Any, value: str | None, *, said: str = "ObjectType") -> None:
    """Give an entity its predefined type; what the schema has no word for goes along as text.

    Parameters
    ----------
    entity : entity_instance
        Occurrence, type, system or zone.
    value : str or None
        As it is stored; None: nobody said.
    said : str
        Attribute for a text of one's own: `ElementType` of a type.
    """
    kind = entity.is_a()
    if value is None:
        return
    if value in choices(kind, "OperationType"):
        entity.OperationType = value
        return
    names = choices(kind)
    if value in names and value != "USERDEFINED":
        entity.PredefinedType = value
    elif "USERDEFINED" in names:
        entity.PredefinedType = "USERDEFINED"
        setattr(entity, said, value)


def _entity(kind: str) -> Any:
    found = ifcopenshell.ifcopenshell_wrapper.schema_by_name(SCHEMA).declaration_by_name(kind)
    return found.as_entity()

"""Read ifcXML, of IFC2x3 (ISO 10303-28) and of IFC4, into the same model a STEP file gives.

The toolkit has no reader for it. This one knows nothing of single classes: what an
element, an attribute or an inverse is, the schema says.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import ifcopenshell
from ifcopenshell import ifcopenshell_wrapper

from loaders.ifc.xmlvalues import Reference, value_of
from twin.errors import SourceUnreadable

_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_ENTITIES = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_SCHEMA = re.compile(rb"IFC\s?(2x3|4x3|4)[^a-z0-9]", re.IGNORECASE)
_NAMES = {b"2X3": "IFC2X3", b"4": "IFC4", b"4X3": "IFC4X3_ADD2"}
_HEAD_BYTES = 4096


def read_xml(path: Path, name: str) -> Any:
    """Read an ifcXML file.

    Parameters
    ----------
    path : Path
        The plain file.
    name : str
        What it was called, for messages.

    Returns
    -------
    ifcopenshell.file
        With every entity the file states.

    Raises
    ------
    SourceUnreadable
        Not well formed, with a document type (which could name entities that explode), of
        an unknown schema, or with an attribute the schema does not have.
    """
    text = path.read_bytes()
    if _ENTITIES.search(text):
        raise SourceUnreadable(
            f"{name}: the XML declares a document type or entities; such a file is not opened"
        )
    found = _SCHEMA.search(text[:_HEAD_BYTES])
    if found is None:
        raise SourceUnreadable(f"{name}: the XML does not say it is ifcXML of IFC2x3 or IFC4")
    try:
        root = ElementTree.fromstring(text)  # noqa: S314  no entities: refused above
    except ElementTree.ParseError as error:
        raise SourceUnreadable(f"{name}: the XML is not well formed: {error}") from error
    try:
        return _Reader(_NAMES[found[1].upper()]).read(root)
    except RecursionError as error:
        raise SourceUnreadable(f"{name}: the XML is nested too deep") from error
    except ValueError as error:
        raise SourceUnreadable(f"{name}: a value in the XML cannot be read: {error}") from error


class _Reader:
    def __init__(self, schema: str) -> None:
        self.model = ifcopenshell.file(schema=schema)
        self._schema = ifcopenshell_wrapper.schema_by_name(schema)
        self._declared: dict[str, Any] = {}
        self._by_id: dict[str, Any] = {}
        self._later: list[tuple[Any, str, Any]] = []
        self._backward: list[tuple[Any, Any, str]] = []

    def read(self, root: ElementTree.Element) -> Any:
        for element in root.iter():
            # an id may be used before it is met: what is known by its own tag comes first
            if element.get("id") and self._entity(_local(element.tag)) and not _refers(element):
                self._known(element, _local(element.tag))
        self._walk(root)
        for entity, name, value in self._later:
            self._set(entity, name, value)
        for entity, whole, attribute in self._backward:
            self._set_back(entity, whole, attribute)
        return self.model

    def _walk(self, element: ElementTree.Element) -> None:
        for child in element:
            if self._entity(_local(child.tag)):
                self.entity(child, None)
            else:
                self._walk(child)

    def entity(self, element: ElementTree.Element, declared: str | None) -> Any:
        """The entity an element is or refers to; None for an explicit nothing."""
        if _refers(element):
            return Reference(element.get("href") or element.get("ref") or "")
        if element.get(f"{_XSI}nil") == "true":
            return None
        name = (element.get(f"{_XSI}type") or "").rpartition(":")[2] or _local(element.tag)
        if not self._entity(name):
            name = declared or name
        if not self._entity(name) or self._declared[name].is_abstract():
            return None
        entity = self._known(element, name)
        self._fill(entity, name, element)
        return entity

    def _known(self, element: ElementTree.Element, name: str) -> Any:
        identity = element.get("id")
        if identity and identity in self._by_id:
            return self._by_id[identity]
        entity = self.model.create_entity(name)
        if identity:
            self._by_id[identity] = entity
        return entity

    def _fill(self, entity: Any, name: str, element: ElementTree.Element) -> None:
        declaration = self._declared[name]
        attributes = {a.name(): a.type_of_attribute() for a in declaration.all_attributes()}
        inverses = {i.name(): i for i in declaration.all_inverse_attributes()}
        for key, text in element.attrib.items():
            if key in attributes:
                self._later.append((entity, key, value_of(self, attributes[key], text, None)))
        for child in element:
            key = _local(child.tag)
            if key in attributes:
                self._later.append((entity, key, value_of(self, attributes[key], child.text or "", child)))
            elif key in inverses:
                self._inverse(entity, inverses[key], child)

    def _inverse(self, whole: Any, inverse: Any, element: ElementTree.Element) -> None:
        """What hangs below an inverse states the relation from the other side."""
        wanted = inverse.entity_reference().name()
        attribute = inverse.attribute_reference().name()
        inner = list(element) if len(element) and not self._is_attribute(wanted, element) else [element]
        for child in inner:
            relation = self.entity(child, wanted)
            if relation is not None:
                self._backward.append((relation, whole, attribute))

    def _is_attribute(self, wanted: str, element: ElementTree.Element) -> bool:
        self._entity(wanted)
        names = {a.name() for a in self._declared[wanted].all_attributes()}
        return any(_local(child.tag) in names for child in element)

    def _set(self, entity: Any, name: str, value: Any) -> None:
        value = self._resolved(value)
        if value is None:
            return
        try:
            setattr(entity, name, value)
        except (TypeError, ValueError, RuntimeError, AttributeError) as error:
            raise SourceUnreadable(
                f"{entity.is_a()}.{name} cannot be read from the XML: {str(error).splitlines()[0]}"
            ) from error

    def _set_back(self, entity: Any, whole: Any, attribute: str) -> None:
        entity = self._resolved(entity)
        if entity is None or getattr(entity, attribute, None) == whole:
            return
        try:
            setattr(entity, attribute, whole)
        except (TypeError, ValueError, RuntimeError):
            setattr(entity, attribute, (*(getattr(entity, attribute) or ()), whole))

    def _resolved(self, value: Any) -> Any:
        if isinstance(value, Reference):
            return self._by_id.get(value.identity)
        if isinstance(value, list):
            found = [self._resolved(item) for item in value]
            return [item for item in found if item is not None]
        return value

    def _entity(self, name: str) -> bool:
        """Whether the schema has an entity of that name."""
        if name not in self._declared:
            try:
                self._declared[name] = self._schema.declaration_by_name(name).as_entity()
            except RuntimeError:
                self._declared[name] = None
        return self._declared[name] is not None

    def type_named(self, name: str) -> Any | None:
        """Declaration of a defined type, enumeration or select; None where there is none."""
        try:
            return self._schema.declaration_by_name(name)
        except RuntimeError:
            return None


def _refers(element: ElementTree.Element) -> bool:
    return bool(element.get("href") or element.get("ref"))


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]

"""Which attributes the class of an entity has.

To ask an entity for one it lacks is slow: the toolkit then looks among the derived ones,
and for that loads all rules of the schema (10 ms and 5 MB for IFC4).
"""

from __future__ import annotations

from functools import cache
from typing import Any

import ifcopenshell


def stated(entity: Any, *names: str) -> tuple[str, ...]:
    """Those of the names that are attributes of an entity's class, whether they have a value or not."""
    return _known(entity.is_a(True), names)


def attribute(entity: Any, name: str) -> Any:
    """An attribute; None where its class has none of that name, or there is no entity."""
    return getattr(entity, name) if entity is not None and stated(entity, name) else None


@cache
def _known(kind: str, names: tuple[str, ...]) -> tuple[str, ...]:
    schema, _, title = kind.partition(".")
    declared = ifcopenshell.ifcopenshell_wrapper.schema_by_name(schema).declaration_by_name(title)
    own = {one.name() for one in declared.as_entity().all_attributes()}
    return tuple(name for name in names if name in own)

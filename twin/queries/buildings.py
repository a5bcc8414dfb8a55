"""Find a building by whatever names it."""

from __future__ import annotations

from twin.database.connection import Database
from twin.database.statements import statement
from twin.errors import NotFound


def building_id(database: Database, reference: str) -> int:
    """Id of the building that has this code, or, where none has, this id.

    A code may be all digits, so it is looked for first.

    Raises
    ------
    NotFound
        Neither is known.
    """
    number = int(reference) if reference.isascii() and reference.isdigit() and len(reference) <= 18 else None
    found = database.scalar(statement("twin.queries", "building_id"), {"code": reference, "id": number})
    if found is None:
        raise NotFound(f"there is no building with the code or id '{reference[:60]}'")
    return int(found)

"""Find a building by whatever names it."""

from __future__ import annotations

from datetime import datetime

from twin.database.connection import Database
from twin.database.statements import statement
from twin.database.validity import dated
from twin.errors import NotFound

PUBLIC = frozenset({"public"})
"""Circles of a caller nobody knows."""


def building_id(
    database: Database,
    reference: str,
    circles: frozenset[str] = PUBLIC,
    moment: datetime | None = None,
) -> int:
    """Id of the building that has this code, or, where none has, this id.

    Parameters
    ----------
    database : Database
        The city.
    reference : str
        A code may be all digits, so it is looked for first.
    circles : frozenset of str
        Access circles of the caller.
    moment : datetime, optional
        With zone: which building had this code then.

    Raises
    ------
    NotFound
        Neither is known, or not to this caller.
    """
    number = int(reference) if reference.isascii() and reference.isdigit() and len(reference) <= 18 else None
    binds = {"code": reference, "id": number, "circles": sorted(circles), "moment": moment}
    found = database.scalar(dated(statement("twin.queries", "building_id"), moment), binds)
    if found is None:
        raise NotFound(f"there is no building with the code or id '{reference[:60]}'")
    return int(found)

"""Find a building by whatever names it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

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
        Neither is known, or not to this caller; or it was known at another time, which is said.
    """
    number = int(reference) if reference.isascii() and reference.isdigit() and len(reference) <= 18 else None
    binds = {"code": reference, "id": number, "circles": sorted(circles), "moment": moment}
    found = database.scalar(dated(statement("twin.queries", "building_id"), moment), binds)
    if found is None:
        raise NotFound(_why_none(database, reference[:60], binds))
    return int(found)


def _why_none(database: Database, reference: str, binds: dict[str, Any]) -> str:
    span, moment = database.row(statement("twin.queries", "building_span"), binds), binds["moment"]
    if span is None:
        return f"there is no building with the code or id '{reference}'"
    if moment is None:
        return f"building '{reference}' is no longer: it was there until {span['ended']:%Y-%m-%d}"
    was = f"building '{reference}' was not there at {moment:%Y-%m-%d %H:%M} UTC"
    begun = "" if span["begun"] is None else f" from {span['begun']:%Y-%m-%d}"
    ended = "" if span["ended"] is None else f" until {span['ended']:%Y-%m-%d}"
    return f"{was}; it is on record{begun}{ended}" if begun or ended else was

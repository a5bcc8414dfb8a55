"""Buildings and their parts, whole, for programs that want to keep them."""

from __future__ import annotations

from collections.abc import Collection as Many
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import shapely

from twin.catalogue import collection
from twin.database.connection import Connection, Database
from twin.database.statements import statement
from twin.database.validity import dated
from twin.errors import NotFound, TooLarge
from twin.queries.area import Degrees, storage_area
from twin.queries.items import readable

_MOST_PARTS = 20


@dataclass(frozen=True, slots=True)
class Bodies:
    """Rows of buildings and of their parts, as `sql/export_bodies.sql` gives them."""

    buildings: list[dict[str, Any]]
    parts: list[dict[str, Any]]


def bodies(
    database: Database,
    *,
    references: Sequence[str] | None,
    box: Degrees | None,
    circles: Many[str],
    most: int,
    moment: datetime | None = None,
) -> Bodies:
    """Buildings by code or id, or those that meet a box, with their parts.

    Parameters
    ----------
    database : Database
        The city.
    references : sequence of str or None
        Codes or ids.
    box : tuple of float or None
        west, south, east, north, degrees, CRS84; used where there are no references.
    circles : collection of str
        Access circles of the caller.
    most : int
        Buildings at most.
    moment : datetime, optional
        With zone: as they were then, by the codes and places of then; None: now.

    Raises
    ------
    NotFound
        No building has one of the references.
    TooLarge
        More buildings, or many more parts.
    """
    with database.transaction() as connection:
        if references is not None:
            predicate = _by_reference(references)
        else:
            assert box is not None  # noqa: S101 - one of the two is given
            area = storage_area(database.srid, *box)
            if area is not None and area.is_empty:
                return Bodies([], [])
            predicate = _by_area(area, database.srid)
        found = _rows(connection, "building", predicate, circles, limit=most + 1, moment=moment)
        if len(found) > most:
            raise TooLarge(f"more than {most} buildings; ask for a smaller box, or for some of them by ids")
        if references is not None:
            _require_all(references, found, moment)
        ids = [row["id"] for row in found]
        parts = _rows(
            connection,
            "building_part",
            ("c.building_id = any(%(ids)s::bigint[])", {"ids": ids}),
            circles,
            limit=most * _MOST_PARTS + 1,
            moment=moment,
        )
    if len(parts) > most * _MOST_PARTS:
        raise TooLarge(f"the buildings have more than {most * _MOST_PARTS} parts; ask for fewer")
    return Bodies(found, parts)


def _by_reference(references: Sequence[str]) -> tuple[str, dict[str, Any]]:
    numbers = [int(r) for r in references if r.isascii() and r.isdigit() and len(r) <= 18]
    return (
        "(c.code = any(%(codes)s::text[]) or c.feature_id = any(%(numbers)s::bigint[]))",
        {"codes": list(references), "numbers": numbers},
    )


def _by_area(area: Any, srid: int) -> tuple[str, dict[str, Any]]:
    if area is None:
        return "c.geometry is not null", {}
    wkb = shapely.to_wkb(shapely.set_srid(area, srid), include_srid=True)
    return (
        "c.geometry && %(area)s::geometry and st_intersects(c.geometry, %(area)s::geometry)",
        {"area": wkb},
    )


def _require_all(references: Sequence[str], found: list[dict[str, Any]], moment: datetime | None) -> None:
    known = {str(row["id"]) for row in found} | {row["fields"].get("code") for row in found}
    missing = next((reference for reference in references if reference not in known), None)
    if missing is not None:
        was = "is" if moment is None else "was"
        raise NotFound(f"there {was} no building with the code or id '{missing[:60]}'")


def _rows(
    connection: Connection,
    name: str,
    predicate: tuple[str, dict[str, Any]],
    circles: Many[str],
    *,
    limit: int,
    moment: datetime | None,
) -> list[dict[str, Any]]:
    where, bind = predicate
    columns = [column.name for column in readable(collection(name), circles)]
    text = dated(statement("twin.queries", "export_bodies"), moment).format(
        table=f'city."{name}"', where=where, values=", ".join(f'c."{column}"' for column in columns)
    )
    binds = {**bind, "circles": sorted(circles), "limit": limit, "moment": moment}
    return connection.execute(text.encode(), binds, prepare=False).fetchall()

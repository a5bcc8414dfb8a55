"""One building with everything inside, whole, to be written as a building model."""

from __future__ import annotations

from collections.abc import Collection as Many
from dataclasses import dataclass, field
from typing import Any, Literal

from twin.catalogue import collection
from twin.database.connection import Connection, Database
from twin.database.statements import statement
from twin.errors import TooLarge
from twin.queries.export import bodies
from twin.queries.hidden import hidden_names, told_sets
from twin.queries.items import readable

_HERE = "twin.queries"
MOST_OBJECTS = 60_000
MOST_TRIANGLES = 3_000_000
Content = Literal["all", "spaces"]
CONTENTS: tuple[Content, ...] = ("all", "spaces")
_INSIDE = {"all": ("storey", "space", "element", "opening", "equipment"), "spaces": ("storey", "space")}


@dataclass(slots=True)
class Interior:
    """Rows as `sql/export_*.sql` give them.

    Attributes
    ----------
    building : dict
        Row of the building, with `solid` and `plan` as WKB.
    rows : dict of str to list of dict
        By collection: storeys, spaces, elements, openings, equipment.
    placements, meshes : list of dict
        What the objects show.
    """

    building: dict[str, Any]
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    placements: list[dict[str, Any]] = field(default_factory=list)
    meshes: list[dict[str, Any]] = field(default_factory=list)


def interior(
    database: Database,
    reference: str,
    *,
    content: Content,
    circles: Many[str],
    most_objects: int = MOST_OBJECTS,
    most_triangles: int = MOST_TRIANGLES,
) -> Interior:
    """Read a building with what is inside.

    Parameters
    ----------
    database : Database
        The city.
    reference : str
        Code or id of the building.
    content : Content
        `spaces`: storeys and rooms only.
    circles : collection of str
        Access circles of the caller.
    most_objects, most_triangles : int
        Limits.

    Raises
    ------
    NotFound
        There is no such building.
    TooLarge
        It holds more than the limits.
    """
    [row] = bodies(database, references=[reference], box=None, circles=circles, most=1).buildings
    found = Interior(row)
    hidden = hidden_names(circles)
    with database.transaction() as connection:
        left = most_objects
        for name in _INSIDE[content]:
            rows = _rows(connection, name, row["id"], circles, left + 1)
            left -= len(rows)
            if left < 0:
                raise TooLarge(f"the building holds more than {most_objects} objects; ask for content=spaces")
            found.rows[name] = [{**r, "sets": told_sets(r["sets"], hidden)} for r in rows]
        if content == "all":
            ids = [r["id"] for name in ("element", "opening", "equipment") for r in found.rows[name]]
            found.placements = _all(connection, "export_placements", ids)
            meshes = sorted({placement["mesh_id"] for placement in found.placements})
            [sums] = _all(connection, "export_triangles", meshes)
            if sums["triangles"] > most_triangles:
                raise TooLarge(
                    f"the building draws {sums['triangles']} triangles, more than {most_triangles}; "
                    "ask for content=spaces"
                )
            found.meshes = _all(connection, "export_meshes", meshes)
    return found


def _rows(
    connection: Connection, name: str, building: int, circles: Many[str], limit: int
) -> list[dict[str, Any]]:
    layer = collection(name)
    columns = [column.name for column in readable(layer, circles)]
    text = statement(_HERE, "export_interior").format(
        table=f'city."{name}"',
        values=", ".join(f'c."{column}"' for column in columns),
        solid="st_asbinary(c.solid, 'NDR')" if layer.solid else "null::bytea",
    )
    binds = {"building": building, "circles": sorted(circles), "limit": limit}
    return connection.execute(text.encode(), binds, prepare=False).fetchall()


def _all(connection: Connection, name: str, ids: list[int]) -> list[dict[str, Any]]:
    return connection.execute(statement(_HERE, name).encode(), {"ids": ids}).fetchall()

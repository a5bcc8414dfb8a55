"""Buildings with everything inside, whole, to be written as a building model."""

from __future__ import annotations

from collections.abc import Collection as Many
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from twin.catalogue import collection
from twin.database.connection import Connection, Database
from twin.database.statements import statement
from twin.database.validity import dated
from twin.errors import NotFound, TooLarge
from twin.queries.area import Degrees
from twin.queries.export import bodies
from twin.queries.hidden import hidden_names, told_sets
from twin.queries.items import readable
from twin.queries.model_past import placements_at, sets_at

_HERE = "twin.queries"
MOST_BUILDINGS = 50
MOST_OBJECTS = 60_000
MOST_TRIANGLES = 3_000_000
Content = Literal["all", "spaces"]
CONTENTS: tuple[Content, ...] = ("all", "spaces")
# by model and object, as the index of what was has them
_ITS_SETS = (
    "o.model_id = (select n.id from twin.model n where n.source = f.source) and o.feature_id = c.feature_id"
)
_OF_BUILDINGS = (
    "o.model_id in (select n.id from twin.model n where n.building_id = any(%(ids)s::bigint[]))"
    " and o.feature_id = any(%(ids)s::bigint[])"
)
_OF_THEIR_MODELS = (
    "o.model_id in (select n.id from twin.model n where n.source = any(%(sources)s::text[]))"
    " and o.feature_id = any(%(ids)s::bigint[])"
)
_INSIDE = {"all": ("storey", "space", "element", "opening", "equipment"), "spaces": ("storey", "space")}


@dataclass(slots=True)
class Interior:
    """Rows as `sql/export_*.sql` give them.

    Attributes
    ----------
    buildings : list of dict
        Rows of the buildings, with `solid` and `plan` as WKB, and `sets` as their models say.
    rows : dict of str to list of dict
        By collection: storeys, spaces, elements, openings, equipment.
    placements, meshes : list of dict
        What the objects show.
    groups : list of dict
        Systems and zones of the models the objects came from.
    flows : list of dict
        `from_id`, `to_id`: objects whose ports are joined.
    parts : list of dict
        Parts of the buildings that a city model told, with `solid` and `plan` as WKB.
    """

    buildings: list[dict[str, Any]]
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    placements: list[dict[str, Any]] = field(default_factory=list)
    meshes: list[dict[str, Any]] = field(default_factory=list)
    groups: list[dict[str, Any]] = field(default_factory=list)
    flows: list[dict[str, Any]] = field(default_factory=list)
    parts: list[dict[str, Any]] = field(default_factory=list)


def interior(
    database: Database,
    references: Sequence[str] | None,
    *,
    box: Degrees | None = None,
    content: Content,
    circles: Many[str],
    most_buildings: int = MOST_BUILDINGS,
    most_objects: int = MOST_OBJECTS,
    most_triangles: int = MOST_TRIANGLES,
    moment: datetime | None = None,
) -> Interior:
    """Read buildings with what is inside.

    Parameters
    ----------
    database : Database
        The city.
    references : sequence of str or None
        Codes or ids of the buildings.
    box : tuple of float or None
        west, south, east, north, degrees, CRS84; used where there are no references.
    content : Content
        `spaces`: storeys and rooms only.
    circles : collection of str
        Access circles of the caller.
    most_buildings, most_objects, most_triangles : int
        Limits, of all buildings together.
    moment : datetime, optional
        With zone: the buildings, their models and what they said as of then; None: now.

    Raises
    ------
    NotFound
        There is no such building, or none in the box.
    TooLarge
        They are or hold more than the limits.
    """
    known = bodies(
        database, references=references, box=box, circles=circles, most=most_buildings, moment=moment
    )
    found = Interior(known.buildings)
    if not found.buildings:
        raise NotFound("there is no building in the box; a model has to have one")
    ids = [row["id"] for row in found.buildings]
    hidden = hidden_names(circles)
    smaller = "ask for content=spaces" if len(ids) == 1 else "ask for fewer buildings or for content=spaces"
    with database.transaction() as connection:
        said = {r["id"]: r["sets"] for r in _all(connection, "export_building_sets", moment, ids=ids)}
        found.buildings = [{**r, "sets": told_sets(said.get(r["id"]), hidden)} for r in known.buildings]
        left = most_objects
        for name in _INSIDE[content]:
            rows = _rows(connection, name, ids, circles, limit=left + 1, moment=moment)
            left -= len(rows)
            if left < 0:
                raise TooLarge(f"the selection holds more than {most_objects} objects; {smaller}")
            found.rows[name] = [{**r, "sets": told_sets(r["sets"], hidden)} for r in rows]
        sources = sorted({row["source"] for rows in found.rows.values() for row in rows})
        found.groups = _all(connection, "export_groups", moment, sources=sources)
        if content == "all":
            found.parts = known.parts
            shown = [r["id"] for name in ("element", "opening", "equipment") for r in found.rows[name]]
            found.placements = _all(connection, "export_placements", moment, ids=shown, sources=sources)
            found.flows = _all(connection, "export_flows", moment, ids=shown)
            meshes = sorted({placement["mesh_id"] for placement in found.placements})
            [sums] = _all(connection, "export_triangles", moment, ids=meshes)
            if sums["triangles"] > most_triangles:
                raise TooLarge(
                    f"the selection draws {sums['triangles']} triangles, more than {most_triangles}; "
                    + smaller
                )
            found.meshes = _all(connection, "export_meshes", moment, ids=meshes)
    return found


def _rows(
    connection: Connection,
    name: str,
    buildings: list[int],
    circles: Many[str],
    *,
    limit: int,
    moment: datetime | None,
) -> list[dict[str, Any]]:
    layer = collection(name)
    columns = [column.name for column in readable(layer, circles)]
    text = dated(statement(_HERE, "export_interior"), moment).format(
        table=f'city."{name}"',
        values=", ".join(f'c."{column}"' for column in columns),
        solid="st_asbinary(c.solid, 'NDR')" if layer.solid else "null::bytea",
        # an empty opening is drawn by nothing; its plan and heights are what is known of it
        plan="st_asbinary(c.geometry, 'NDR')" if name == "opening" else "null::bytea",
        sets=sets_at(moment, _ITS_SETS),
    )
    binds = {"buildings": buildings, "circles": sorted(circles), "limit": limit, "moment": moment}
    return connection.execute(text.encode(), binds, prepare=False).fetchall()


def _all(
    connection: Connection, name: str, moment: datetime | None, **binds: list[Any]
) -> list[dict[str, Any]]:
    text = dated(statement(_HERE, name), moment)
    if name == "export_placements":
        text = text.format(placed=placements_at(moment, _OF_THEIR_MODELS))
    if name == "export_building_sets":
        text = text.format(sets=sets_at(moment, _OF_BUILDINGS))
    return connection.execute(text.encode(), {**binds, "moment": moment}).fetchall()

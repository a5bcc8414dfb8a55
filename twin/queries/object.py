"""One object of a building model with all that is known of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import orjson

from twin import catalogue
from twin.database.connection import Database, Row
from twin.database.statements import statement
from twin.database.validity import dated
from twin.errors import NotFound
from twin.model.collection import Collection
from twin.queries.applicable import State, state_of
from twin.queries.buildings import PUBLIC
from twin.queries.contents import OBJECTS
from twin.queries.hidden import hidden_names, told_sets
from twin.queries.items import ItemQuery, item
from twin.queries.model_past import sets_at

_BESIDE = ("storey", "road", "rail", "bridge")
"""What a model has beside its objects; the last three may be of no model."""


def model_object(
    database: Database, number: int, circles: frozenset[str] = PUBLIC, moment: datetime | None = None
) -> dict[str, Any]:
    """Values, property sets and surroundings of an object, a storey, a road or a bridge, as of a moment.

    Returns
    -------
    dict
        `collection`, `feature` (GeoJSON with provenance), `states` (of columns without a value:
        `unknown`, `absent` or `not_applicable`), `sets` (`type`, `psets`, `quantities`,
        `materials`, as in the model), `model` (null for what is in none), `building` and `groups`
        (systems, zones and compartments it belongs to).

    Raises
    ------
    NotFound
        There is no such object, or the caller may not see it.
    """
    binds: dict[str, Any] = {"id": number, "collections": [*OBJECTS, *_BESIDE], "circles": sorted(circles)}
    binds["moment"] = moment
    asked = dated(statement("twin.queries", "object_context"), moment).format(
        sets=sets_at(moment, "o.model_id = m.id and o.feature_id = f.id")
    )
    row = database.row(asked, binds)
    if row is None:
        raise NotFound(f"there is no object {number} of a building model")
    layer = catalogue.collection(row["collection"])
    feature = orjson.loads(
        item(database, layer, number, ItemQuery(circles=circles, start=moment, end=moment))
    )
    model = {"id": row["model_id"], "name": row["model_name"]} | {
        name: row[name] for name in ("file_name", "source_date", "load_id")
    }
    building = {"id": row["building_id"], "code": row["building_code"]}
    return {
        "collection": row["collection"],
        "feature": feature,
        "states": _states(layer, feature["properties"], row),
        "sets": told_sets(row["sets"], hidden_names(circles)),
        "model": None if row["model_id"] is None else model,
        "building": None if row["building_id"] is None else building,
        "groups": row["groups"],
    }


def _states(layer: Collection, values: dict[str, Any], row: Row) -> dict[str, State]:
    """What each column without a value means."""
    told = {"system": row["has_systems"], "compartment": row["has_compartments"]}
    found = {
        column.name: state_of(
            layer,
            column.name,
            values.get("ifc_class"),
            values[column.name],
            told=told.get(column.name, False),
        )
        for column in layer.columns
        if column.name in values
    }
    return {name: state for name, state in found.items() if state != "known"}

"""Edit single features by hand: checked against the catalogue, history and audit kept.

The triggers of the database close the version before, note who changed which value, let the
solid follow and touch the log; so an edit here and one in QGIS leave the same traces.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import shapely
from psycopg import sql
from psycopg.types.json import Jsonb

from twin.database.connection import Connection, Database, Row
from twin.database.statements import statement
from twin.errors import NotFound, Unprocessable
from twin.model.collection import Collection
from twin.store.edit_values import checked_geometry, checked_values


@dataclass(frozen=True, slots=True)
class Edit:
    """What is to be written.

    Attributes
    ----------
    collection : Collection
        Where.
    properties : mapping
        Column values by name; None makes a value unknown.
    geometry : GeoJSON geometry in CRS84, or None
        None leaves the place as it is.
    actor : str
        Who edits; kept with each value.
    circles : frozenset of str
        Access circles of who edits: a column one may not read one may not write.
    """

    collection: Collection
    properties: Mapping[str, Any]
    geometry: Mapping[str, Any] | None
    actor: str
    circles: frozenset[str]


def change_feature(
    database: Database,
    feature: int,
    edit: Edit,
    *,
    check: Callable[[Connection], None] | None = None,
) -> None:
    """Change values of a feature as it is now.

    Parameters
    ----------
    database : Database
        The city.
    feature : int
        Its id.
    edit : Edit
        What to write.
    check : callable, optional
        Called when the row is locked and before anything is written; an error it raises
        stops the edit (`If-Match`).

    Raises
    ------
    NotFound
        There is no such feature now.
    Unprocessable
        An unknown column, a wrong type, a code that is not in its list, a bad geometry.
    """
    name = edit.collection.name
    with database.transaction(actor=edit.actor) as connection:
        _lock(connection, edit.collection, feature)
        if check is not None:
            check(connection)
        values = _values(database, connection, edit)
        if not values:
            raise Unprocessable("the edit changes nothing: give 'properties' or 'geometry'")
        _update(connection, name, feature, values)
        _audit(connection, edit.actor, "feature.change", name=name, feature=feature, columns=sorted(values))


def add_feature(database: Database, edit: Edit) -> int:
    """Add a feature; its identity is of source `manual`.

    Returns
    -------
    int
        Its id.

    Raises
    ------
    Unprocessable
        As for `change_feature`, and where a collection with a geometry gets none.
    """
    collection = edit.collection
    if collection.geometry is not None and edit.geometry is None:
        raise Unprocessable(
            f"a feature of '{collection.name}' needs a geometry of type {collection.geometry}"
        )
    with database.transaction(actor=edit.actor) as connection:
        values = _values(database, connection, edit)
        row = connection.execute(
            sql.SQL("insert into city.{} ({}) values ({}) returning feature_id").format(
                sql.Identifier(collection.name),
                sql.SQL(", ").join(map(sql.Identifier, [*values, "valid_from"])),
                sql.SQL(", ").join([*map(sql.Placeholder, values), sql.SQL("now()")]),
            ),
            values,
        ).fetchone()
        assert row is not None  # noqa: S101 - INSERT ... RETURNING
        feature = int(row["feature_id"])
        _audit(
            connection,
            edit.actor,
            "feature.add",
            name=collection.name,
            feature=feature,
            columns=sorted(values),
        )
        return feature


def close_feature(
    database: Database,
    collection: Collection,
    feature: int,
    actor: str,
    check: Callable[[Connection], None] | None = None,
) -> None:
    """Close a feature: it is no longer so from now on, and its history stays.

    Raises
    ------
    NotFound
        There is no such feature now.
    """
    with database.transaction(actor=actor) as connection:
        _lock(connection, collection, feature)
        if check is not None:
            check(connection)
        connection.execute(
            sql.SQL(
                "delete from city.{} where feature_id = %s and valid_to is null and superseded_at is null"
            ).format(sql.Identifier(collection.name)),
            (feature,),
        )
        _audit(connection, actor, "feature.close", name=collection.name, feature=feature, columns=[])


def _lock(connection: Connection, collection: Collection, feature: int) -> Row:
    row = connection.execute(
        sql.SQL(
            "select version_id from city.{} where feature_id = %s"
            " and valid_to is null and superseded_at is null for update"
        ).format(sql.Identifier(collection.name)),
        (feature,),
    ).fetchone()
    if row is None:
        raise NotFound(f"collection '{collection.name}' has no feature {feature}")
    return row


def _values(database: Database, connection: Connection, edit: Edit) -> dict[str, Any]:
    values = checked_values(connection, edit.collection, edit.properties, edit.circles, database.srid)
    if edit.geometry is not None:
        geometry = checked_geometry(edit.collection, edit.geometry, database.srid)
        values["geometry"] = shapely.to_wkb(shapely.set_srid(geometry, database.srid), include_srid=True)
    return values


def _update(connection: Connection, name: str, feature: int, values: Mapping[str, Any]) -> None:
    connection.execute(
        sql.SQL(
            "update city.{} set {} where feature_id = {} and valid_to is null and superseded_at is null"
        ).format(
            sql.Identifier(name),
            sql.SQL(", ").join(
                sql.SQL("{} = {}").format(sql.Identifier(key), sql.Placeholder(key)) for key in values
            ),
            sql.Placeholder("feature_"),
        ),
        {**values, "feature_": feature},
    )


def _audit(
    connection: Connection, actor: str, action: str, *, name: str, feature: int, columns: list[str]
) -> None:
    connection.execute(
        statement("twin.store", "audit").encode(),
        {
            "actor": actor,
            "action": action,
            "subject": f"{name}/{feature}",
            "detail": Jsonb({"columns": columns}),
        },
    )

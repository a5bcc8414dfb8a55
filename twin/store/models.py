"""Rows of a building model beside its features: the model, its meshes and property sets.

Everything here runs in the transaction of a load (`Load.connection`), so it stands or
falls with the features it belongs to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from twin import catalogue
from twin.database.connection import Connection, Row
from twin.database.statements import statement
from twin.errors import Unprocessable

_HERE = "twin.store"


@dataclass(frozen=True, slots=True)
class BuildingMatch:
    """A city building a model may stand on.

    Attributes
    ----------
    id : int
        `city.feature.id`.
    source, source_key : str
        Its natural key.
    code : str or None
        What people call it by.
    iou : float
        Common area over united area of the footprints, 0 to 1.
    inside : float
        Share of the model's footprint that lies inside the building.
    """

    id: int
    source: str
    source_key: str
    code: str | None
    iou: float = 0.0
    inside: float = 0.0


def building_by_code(connection: Connection, code: str) -> BuildingMatch | None:
    """The building of that code as it stands now; of several the one recorded first."""
    row = connection.execute(_sql("building_by_code"), {"code": code}).fetchone()
    return None if row is None else BuildingMatch(**row)


def building_by_id(connection: Connection, feature_id: int) -> BuildingMatch | None:
    """The building of that id as it stands now."""
    row = connection.execute(_sql("building_by_feature"), {"id": feature_id}).fetchone()
    return None if row is None else BuildingMatch(**row)


def buildings_under(
    connection: Connection, footprint: bytes, srid: int, *, but_not: str
) -> list[BuildingMatch]:
    """City buildings a footprint overlaps, the best fit first.

    Parameters
    ----------
    footprint : bytes
        WKB in the storage CRS.
    srid : int
        EPSG code of the storage CRS.
    but_not : str
        Source whose buildings do not count: the model's own.
    """
    bind = {"footprint": footprint, "srid": srid, "source": but_not}
    return [BuildingMatch(**row) for row in connection.execute(_sql("buildings_under"), bind).fetchall()]


def current_shapes(connection: Connection, collection: str, source: str, columns: Sequence[str]) -> list[Row]:
    """Shape of every object of a source as it stands, for a load that has no newer one yet.

    Parameters
    ----------
    collection : str
        Name in the catalogue.
    source : str
        Source of the objects.
    columns : sequence of str
        Typed columns a shape fills.

    Returns
    -------
    list of dict
        `source_key`, `geometry` and `solid` (WKB or None), `z_min_m`, `z_max_m` and the columns.
    """
    layer = catalogue.collection(collection)
    unknown = [name for name in columns if layer.column(name) is None]
    if unknown:
        raise Unprocessable(f"collection '{collection}' has no column '{unknown[0]}'")
    query = sql.SQL(statement(_HERE, "current_shapes")).format(
        table=sql.Identifier("city", layer.name),
        geometry=sql.SQL("st_asbinary(c.geometry)" if layer.geometry else "null::bytea"),
        solid=sql.SQL("st_asbinary(c.solid)" if layer.solid else "null::bytea"),
        columns=sql.SQL("").join(sql.SQL(", c.{}").format(sql.Identifier(name)) for name in columns),
    )
    return connection.execute(query, {"collection": collection, "source": source}, binary=True).fetchall()


def previous_building(connection: Connection, source: str) -> int | None:
    """Building the last load of this model was linked to."""
    row = connection.execute(_sql("model_building"), {"source": source}).fetchone()
    return None if row is None else row["building_id"]


def write_model(connection: Connection, values: Mapping[str, Any]) -> int:
    """Insert or update the row of a model by its source; its id.

    Parameters
    ----------
    values : mapping
        `source, load_id, building_id, name, schema, placement, approximate, georeference,
        matrix, tree`.
    """
    bind = {**values, "georeference": Jsonb(values["georeference"]), "tree": Jsonb(values["tree"])}
    return _id(connection.execute(_sql("model_upsert"), bind).fetchone())


def write_model_shape(connection: Connection, model_id: int, values: Mapping[str, Any]) -> None:
    """Complete a model's row by what its shape says.

    Parameters
    ----------
    values : mapping
        `building_id, placement, georeference, matrix, footprint` (WKB or None), `srid`,
        `footprint_quality` and `hides_lod1`.
    """
    bind = {**values, "id": model_id, "georeference": Jsonb(values["georeference"])}
    connection.execute(_sql("model_shape"), bind)


def write_property_sets(connection: Connection, model_id: int, rows: Iterable[tuple[int, str]]) -> int:
    """Replace the property sets of a model; unchanged rows are left alone. How many were written.

    Parameters
    ----------
    rows : iterable of (feature_id, sets)
        The sets as JSON text.
    """
    connection.execute("create temp table new_sets (feature_id bigint, sets jsonb) on commit drop")
    with connection.cursor() as cursor, cursor.copy("copy new_sets from stdin") as copy:
        for row in rows:
            copy.write_row(row)
    bind = {"model_id": model_id}
    connection.execute(_sql("property_sets_vanished"), bind)
    written = connection.execute(_sql("property_sets_upsert"), bind).rowcount
    connection.execute("drop table new_sets")
    return written


def move_property_set(connection: Connection, model_id: int, before: int, after: int) -> None:
    """Say of one feature what a model said of another, in the load that wrote it."""
    connection.execute(_sql("property_set_move"), {"model_id": model_id, "before": before, "after": after})


def write_meshes(connection: Connection, meshes: Iterable[Mapping[str, Any]]) -> dict[bytes, int]:
    """Store display meshes, each distinct one once; ids by content hash.

    Parameters
    ----------
    meshes : iterable of mapping
        Columns of `twin.mesh`; `palette` as JSON text.
    """
    names = (
        "content_hash", "positions", "indices", "materials", "palette",
        "box_min_m", "box_max_m", "vertices", "triangles",
    )  # fmt: skip
    connection.execute(_sql("new_meshes_make"))
    with connection.cursor() as cursor, cursor.copy("copy new_meshes from stdin") as copy:
        for mesh in meshes:
            copy.write_row([mesh[name] for name in names])
    connection.execute(_sql("meshes_insert"))
    rows = connection.execute(_sql("meshes_ids")).fetchall()
    connection.execute("drop table new_meshes")
    return {bytes(row["content_hash"]): row["id"] for row in rows}


def write_placements(
    connection: Connection, model_id: int, rows: Iterable[tuple[int, int, int, Sequence[float]]]
) -> int:
    """Replace which object shows which mesh; how many rows are new or changed.

    Parameters
    ----------
    rows : iterable of (feature_id, part, mesh_id, matrix)
        The matrix takes the mesh to model metres, 16 numbers, row-major.
    """
    connection.execute(_sql("new_placements_make"))
    with connection.cursor() as cursor, cursor.copy("copy new_placements from stdin") as copy:
        for row in rows:
            copy.write_row((*row[:3], list(row[3])))
    bind = {"model_id": model_id}
    connection.execute(_sql("placements_vanished"), bind)
    written = connection.execute(_sql("placements_upsert"), bind).rowcount
    connection.execute("drop table new_placements")
    return written


def close_feature(connection: Connection, collection: str, feature_id: int) -> None:
    """End the current version of one feature."""
    query = sql.SQL(statement(_HERE, "feature_close")).format(
        table=sql.Identifier("city", catalogue.collection(collection).name)
    )
    connection.execute(query, {"id": feature_id})


def analyse(connection: Connection) -> None:
    """Tell the planner about the features a model has just brought."""
    connection.execute(_sql("analyse_model"))


def describe_load(connection: Connection, load_id: int, *, file_format: str, crs: str) -> None:
    """Say in the load's row what the file turned out to be."""
    connection.execute(_sql("load_describe"), {"id": load_id, "format": file_format, "crs": crs})


def _id(row: Row | None) -> int:
    if row is None:
        raise psycopg.DatabaseError("a row that was written gave no id back")
    return int(row["id"])


def _sql(name: str) -> bytes:
    return statement(_HERE, name).encode()

"""Rows of a layer from PostGIS into columns: one snapshot, binary COPY, no object a row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tiles.address import MAX_ZOOM, Box
from tiles.source import PUBLIC
from tiles.vector.layers import Layer
from tiles.vector.snapshot.columns import FORMS, columns_of, forms_of
from tiles.vector.snapshot.copied import empty_rows
from tiles.vector.snapshot.dictionary import Dictionary
from tiles.vector.snapshot.kernel.record import COPY, FIRST
from tiles.vector.snapshot.rows import Array, Rows, joined
from twin.cells import Cell
from twin.database.connection import Connection, Database
from twin.database.copying import copied
from twin.database.statements import statement
from twin.errors import TooLarge, Unavailable, Unprocessable
from twin.live.snapshot import Snapshot

_CHUNK_BYTES = 4 << 20
_HEADER = 19
"""Signature, flags and length of the extension of binary COPY, bytes."""
LARGEST_M = 400_000.0
"""Products of the units of a larger feature would not fit 64 bits at zoom 24; see `kernel.ring`."""
_SIDES = ("west", "south", "east", "north")


@dataclass(frozen=True, slots=True)
class Read:
    """What one look at the database brought.

    Attributes
    ----------
    snapshot : Snapshot
        What it could see.
    rows : Rows
        In the order of the database.
    unchanged : int64 array
        Ids of rows that stand on the cells asked for and were not written since.
    """

    snapshot: Snapshot
    rows: Rows
    unchanged: Array


def attributes(layer: Layer) -> tuple[str, ...]:
    """Names of all a layer's tiles may carry at any zoom for an anonymous caller."""
    return tuple(c.name for c in layer.columns(MAX_ZOOM, PUBLIC.access)) + tuple(e.name for e in layer.extras)


def read(
    database: Database,
    layer: Layer,
    dictionary: Dictionary,
    limit_bytes: int,
    cells: Mapping[Cell, int] | None = None,
    *,
    box: Box | None = None,
) -> Read:
    """Read the public rows of a layer as they are now.

    Parameters
    ----------
    database : Database
        With no limit on the time of a statement.
    layer : Layer
        Which.
    dictionary : Dictionary
        Gets the values it does not have yet.
    limit_bytes : int
        Memory the rows and the dictionary may take.
    cells : mapping of (int, int) to int, optional
        Only rows that meet these cells of the touch log and were written by this transaction or later ones,
        0: whenever; None: all.
    box : tuple of float, optional
        Only rows whose box meets this one: west, south, east, north of the storage CRS, metres.

    Raises
    ------
    TooLarge
        They do not fit the limit.
    Unprocessable
        A geometry is of a kind, at a place or of a size that this maker does not draw; names the feature.
    Unavailable
        The database is a standby.
    """
    sql = _sql(layer, "rows_of_cells" if cells is not None else "rows_of_box" if box is not None else None)
    binds = _binds(cells, box, database.srid)
    with database.transaction() as connection:
        connection.execute("set transaction isolation level repeatable read, read only")
        # as for tiles: helpers cost more than they bring
        connection.execute("set local max_parallel_workers_per_gather = 0")
        row = connection.execute(statement("tiles.vector.snapshot", "snapshot").encode()).fetchone()
        assert row is not None  # noqa: S101 - a select without a table always brings its row
        if row["standby"]:
            raise Unavailable("this database is a standby: its snapshots do not say what is still running")
        snapshot = Snapshot.parse(row["snapshot"])
        columns, forms = _attributes(connection, layer, sql, binds)
        unchanged = (
            _unchanged(connection, layer, binds) if cells and any(cells.values()) else np.zeros(0, np.int64)
        )
        several = [empty_rows(len(forms))]
        size = 0
        for chunk in _chunks(connection, sql.replace("{columns}", columns), binds):
            rows = rows_of(chunk, forms, dictionary, layer.collection.name)
            _check_sizes(rows, layer.collection.name)
            several.append(rows)
            size += rows.nbytes
            if size + dictionary.nbytes > limit_bytes:
                raise TooLarge(f"the copy of '{layer.collection.name}' takes more memory than is left for it")
    return Read(snapshot, joined(several), unchanged)


def _sql(layer: Layer, some: str | None) -> str:
    """Statement of the rows, or of some; `{columns}` stays open until their types are known."""
    invalid = "st_dimension(r.geometry) = 2 and not st_isvalid(r.geometry)"
    words = {
        "name": layer.collection.name,
        "geometry": flat(layer),
        "invalid": invalid if layer.collection.geometry in ("MultiPolygon", "Geometry") else "false",
    }
    text = statement("tiles.vector.snapshot", "rows")
    if some:
        text = text.replace("city.{name} r\n", f"(\n{statement('tiles.vector.snapshot', some)}) r\n")
    for word, replacement in (words | _since(layer)).items():
        text = text.replace("{" + word + "}", replacement)
    return text


def _since(layer: Layer) -> dict[str, str]:
    """Words of the statements that tell what was written since a cell was read."""
    age = "age(cell.since::xid8::xid)"
    return {"joins": layer.joins, "joined": f"({layer.joined.format(age=age)})" if layer.joined else "false"}


def flat(layer: Layer) -> str:
    """The geometry of a row `r` as ST_AsMVTGeom takes it: flat, of a collection what has most dimensions."""
    kind, geometry = layer.collection.geometry, "r.geometry"
    if kind in ("Geometry", "MultiLineStringZ"):
        geometry = "st_force2d(r.geometry)"
    if kind == "Geometry":
        geometry = (
            "case when st_geometrytype(r.geometry) = 'ST_GeometryCollection'"
            f" then st_collectionextract({geometry}) else {geometry} end"
        )
    return geometry


def _unchanged(connection: Connection, layer: Layer, binds: dict[str, Any]) -> Array:
    """Ids of rows on the cells that were not written since the cell was read."""
    sql = statement("tiles.vector.snapshot", "unchanged")
    for word, replacement in ({"name": layer.collection.name} | _since(layer)).items():
        sql = sql.replace("{" + word + "}", replacement)
    row = connection.execute(sql.encode(), binds).fetchone()
    assert row is not None  # noqa: S101 - an aggregate always brings its row
    return np.frombuffer(row["ids"], ">i8").astype(np.int64)


def _binds(cells: Mapping[Cell, int] | None, box: Box | None, srid: int) -> dict[str, Any]:
    if cells is None:
        return {} if box is None else dict(zip(_SIDES, box, strict=True)) | {"srid": srid}
    east, north = zip(*cells, strict=True)
    return {"east": list(east), "north": list(north), "since": [*map(str, cells.values())], "srid": srid}


def _attributes(connection: Connection, layer: Layer, sql: str, binds: dict[str, Any]) -> tuple[str, Array]:
    """Attributes as the statement asks for them, and the forms in which they arrive."""
    asked = [f'r."{c.name}"' for c in layer.columns(MAX_ZOOM, PUBLIC.access)]
    asked += [f"({extra.sql})" for extra in layer.extras]
    bare = "".join(f",\n    {one}" for one in asked)
    described = connection.execute(f"{sql.replace('{columns}', bare)} limit 0".encode(), binds).description
    types = [column.type_code for column in (described or ())[FIRST:]]
    casts = [one if code in FORMS else f"{one}::text" for one, code in zip(asked, types, strict=True)]
    forms = forms_of(types)
    return "".join(f",\n    {one}" for one in casts), forms


def _chunks(connection: Connection, sql: str, binds: dict[str, Any]) -> Iterator[Array]:
    """Whole rows of a binary COPY, some megabytes at a time."""
    header = _HEADER
    for piece in copied(connection, f"copy ({sql}) to stdout (format binary)", binds, _CHUNK_BYTES):
        yield np.frombuffer(piece, np.uint8)[header:]
        header = 0


def rows_of(chunk: Array, forms: Array, dictionary: Dictionary, name: str) -> Rows:
    """Rows of a piece of binary COPY; see `kernel.record`.

    Raises
    ------
    Unprocessable
        As for `read`.
    """
    columns, boxes_m, _ = columns_of(chunk, COPY, forms, dictionary, name)
    if not np.isfinite(columns["xy"]).all():
        point = int(np.flatnonzero(~np.isfinite(columns["xy"]).all(1))[0])
        row = np.searchsorted(columns["part_point"][columns["row_part"]], point, "right") - 1
        raise Unprocessable(
            f"'{name}' {columns['ids'][row]} has no place in EPSG:3857; see its geometry or the storage CRS"
        )
    return Rows.of_boxes(boxes_m, **columns)


def _check_sizes(rows: Rows, name: str) -> None:
    if len(rows) and rows.sides_m.max() > LARGEST_M:
        row = int(rows.sides_m.argmax())
        raise Unprocessable(
            f"'{name}' {rows.ids[row]} is {rows.sides_m[row] / 1000:.0f} km large;"
            f" over {LARGEST_M / 1000:.0f} km nothing is drawn from memory"
        )

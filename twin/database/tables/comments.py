"""What tables and columns mean, for whoever opens the database in QGIS or psql.

The declared tables are the source; the views of the present day say the same as the
tables behind them.
"""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import sql

from twin.catalogue import COLLECTIONS
from twin.database.statements import statement
from twin.database.tables import metadata

Place = tuple[str, str, str | None]
"""Schema, table or view, column; no column: the table itself."""


def write_comments(connection: psycopg.Connection[Any], srid: int) -> None:
    """Bring the comments of the database to what is declared; writes only what differs.

    Parameters
    ----------
    connection : psycopg.Connection
        Of the owner of the tables.
    srid : int
        EPSG code of the storage CRS.
    """
    rows = connection.execute(statement("twin.database.tables", "comments").encode()).fetchall()
    present: dict[Place, str | None] = {(row[0], row[1], row[2]): row[3] for row in rows}
    for (schema, name, column), wanted in _declared(srid).items():
        if (schema, name, column) in present and present[schema, name, column] != wanted:
            view = schema == "city_now" and column is None
            what = "column" if column is not None else "view" if view else "table"
            connection.execute(
                sql.SQL("comment on {} {} is {}").format(
                    sql.SQL(what),
                    sql.Identifier(*(part for part in (schema, name, column) if part is not None)),
                    sql.Literal(wanted),
                )
            )


def _declared(srid: int) -> dict[Place, str]:
    declared: dict[Place, str] = {}
    layers = {collection.name for collection in COLLECTIONS}
    for table in metadata(srid).tables.values():
        schemas = [str(table.schema)]
        if table.schema == "city" and table.name in layers:
            schemas.append("city_now")
        for schema in schemas:
            if table.comment:
                declared[schema, table.name, None] = table.comment
            for column in table.columns:
                if column.comment:
                    declared[schema, table.name, column.name] = column.comment
    return declared

"""A first load that nobody watches builds the indexes of its layer at the end.

They grow row by row under readers, which is two fifths of what a load costs the database; all at once
they cost half of that. To leave them out, the layer is locked: so only while it is empty, nobody but
loads is connected, and the lock comes at once. Should somebody ask for the layer before the load is
through, it gives way and is run again as under readers.
"""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from twin.database.statements import statement
from twin.errors import Overtaken
from twin.model.collection import Collection

_HERE = "twin.store"
_NOT_OURS = (
    psycopg.errors.LockNotAvailable,
    psycopg.errors.InsufficientPrivilege,
    # a table of somebody's own refers to a version
    psycopg.errors.DependentObjectsStillExist,
)


class Alone:
    """Layers one load has for itself.

    Parameters
    ----------
    connection : psycopg.Connection
        The transaction of the load.
    """

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection
        self._asked: set[str] = set()
        self._left_out: dict[str, list[str]] = {}

    def enter(self, collection: Collection) -> None:
        """Called before rows are written: take the layer at the first of them, if that may be.

        Raises
        ------
        Overtaken
            Somebody waits for a layer that was taken.
        """
        if self._left_out and self._row("alone_waiting", {"tables": [*self._left_out]})["waiting"]:
            raise Overtaken(
                "somebody asked for a layer this load had for itself; nothing of it was kept, it is run again"
            )
        if collection.geometry is None or collection.name in self._asked:
            return
        self._asked.add(collection.name)
        name = f"city.{collection.name}"
        table, asked = sql.Identifier("city", collection.name), {"collection": collection.name}
        if not self._row("alone_may", asked, table)["may"]:
            return
        try:
            with self._connection.transaction():
                self._connection.execute(
                    sql.SQL("lock table {} in access exclusive mode nowait").format(table)
                )
                if not self._row("alone_may", asked, table)["may"]:
                    return
                found = self._rows("alone_indexes", {"table": name, "name": collection.name})
                for index in found:
                    self._connection.execute(index["leave_out"].encode())
                self._left_out[name] = [index["make"] for index in found]
        except _NOT_OURS:
            # somebody reads it, or the schema is another role's: as under readers
            return

    def leave(self) -> None:
        """Build what was left out; called before a commit."""
        # workers take longer to start than one of these takes to build, and are wanted by whoever reads
        self._connection.execute("set local max_parallel_maintenance_workers = 0")
        for definitions in self._left_out.values():
            for definition in definitions:
                self._connection.execute(definition.encode())
        self._left_out.clear()

    def _row(self, name: str, bind: dict[str, Any], table: sql.Composable | None = None) -> dict[str, Any]:
        (row,) = self._rows(name, bind, table)
        return row

    def _rows(
        self, name: str, bind: dict[str, Any], table: sql.Composable | None = None
    ) -> list[dict[str, Any]]:
        text = statement(_HERE, name)
        query = text.encode() if table is None else sql.SQL(text).format(table=table)
        with self._connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(query, bind).fetchall()

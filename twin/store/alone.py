"""A first load that nobody watches builds the spatial index of its layer at the end.

The index grows row by row under readers, which is a quarter of what a load costs the database; all
at once it costs a third of that. To leave it out, the layer is locked: so only while it is empty,
nobody but loads is connected, and the lock comes at once. Should somebody ask for the layer before
the load is through, it gives way and is run again as under readers.
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
_NOT_OURS = (psycopg.errors.LockNotAvailable, psycopg.errors.InsufficientPrivilege)


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
        self._left_out: dict[str, str] = {}

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
        table, index = sql.Identifier("city", collection.name), f"{name}_geometry"
        asked = {"index": index}
        if not self._row("alone_may", asked, table)["may"]:
            return
        try:
            with self._connection.transaction():
                self._connection.execute(
                    sql.SQL("lock table {} in access exclusive mode nowait").format(table)
                )
                found = self._row("alone_may", asked, table)
                if found["may"] and found["definition"] is not None:
                    self._connection.execute(
                        sql.SQL("drop index {}").format(sql.Identifier("city", f"{collection.name}_geometry"))
                    )
                    self._left_out[name] = found["definition"]
        except _NOT_OURS:
            # somebody reads it, or the schema is another role's: as under readers
            return

    def leave(self) -> None:
        """Build what was left out; called before a commit."""
        for definition in self._left_out.values():
            self._connection.execute(definition.encode())
        self._left_out.clear()

    def _row(self, name: str, bind: dict[str, Any], table: sql.Composable | None = None) -> dict[str, Any]:
        text = statement(_HERE, name)
        query = text.encode() if table is None else sql.SQL(text).format(table=table)
        with self._connection.cursor(row_factory=dict_row) as cursor:
            row = cursor.execute(query, bind).fetchone()
        assert row is not None  # noqa: S101 - both questions always bring their row
        return row

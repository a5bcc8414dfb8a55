"""Mode `replace`: what the new file no longer has is closed."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import psycopg
from psycopg import sql
from psycopg.rows import tuple_row

from twin.catalogue import COLLECTIONS
from twin.database.statements import statement
from twin.model.load import LoadRequest
from twin.store.copy import copy_rows
from twin.store.fields import encode

_HERE = "twin.store"


class Seen:
    """Features the file has, kept on the server."""

    def __init__(self, connection: psycopg.Connection[Any], request: LoadRequest) -> None:
        self._connection = connection
        self._source = request.source
        self._kept: dict[str, list[str]] = {}
        connection.execute("drop table if exists seen")
        connection.execute("create temp table seen (feature_id bigint)")

    def add(self, ids: npt.NDArray[np.int64]) -> None:
        """These are in the file."""
        field = encode("bigint", ids, "feature_id")
        if field is not None:
            copy_rows(self._connection, sql.Identifier("seen"), {"feature_id": field}, len(ids))

    def keep(self, collection: str, key: str) -> None:
        """This one is in the file, but not fit to load: its old version stays."""
        self._kept.setdefault(collection, []).append(key)

    def close_vanished(self) -> dict[str, int]:
        """Close what was not seen; how many, by collection."""
        for collection, keys in self._kept.items():
            bind = {"collection": collection, "source": self._source, "keys": keys}
            self._connection.execute(statement(_HERE, "seen_keep").encode(), bind)
        # What was written in this transaction has no statistics yet; without an index the
        # planner may compare every row of the layer with every row of the file.
        self._connection.execute("create index on seen (feature_id)")
        self._connection.execute("analyze seen")
        closed = {}
        with self._connection.cursor(row_factory=tuple_row) as cursor:
            for layer in COLLECTIONS:
                bind = {"collection": layer.name, "source": self._source}
                if not cursor.execute(statement(_HERE, "source_has_features").encode(), bind).fetchall()[0][
                    0
                ]:
                    continue
                text = sql.SQL(statement(_HERE, "close_vanished")).format(
                    table=sql.Identifier("city", layer.name)
                )
                count = cursor.execute(text, bind).rowcount
                if count:
                    closed[layer.name] = count
        self._connection.execute("drop table seen")
        return closed

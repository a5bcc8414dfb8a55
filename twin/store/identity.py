"""Natural keys to feature ids."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import psycopg
from psycopg import sql
from psycopg.rows import tuple_row

from twin import catalogue
from twin.database.statements import statement
from twin.model.feature import References, Values
from twin.store.copy import pack, send
from twin.store.fields import Field, encode

_HERE = "twin.store"


class Identities:
    """Ids of what one load writes and of what that hangs on; remembers what it has looked up.

    Parameters
    ----------
    connection : psycopg.Connection
        The transaction of the load.
    source : str
        Source of the load.
    """

    def __init__(self, connection: psycopg.Connection[Any], source: str) -> None:
        self._connection = connection
        self._source = source
        self._known: dict[tuple[str, str | None], dict[str, int]] = {}
        self._empty: set[str] = set()

    def own(
        self, collection: str, keys: list[str], meanwhile: Callable[[Any, Any], None] | None = None
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
        """Ids of features of this load's source, new ones made.

        Parameters
        ----------
        collection : str
            Name in the catalogue.
        keys : list of str
            Natural keys, each once.
        meanwhile : callable, optional
            Called with `ids` and `new` while the server writes the new identities.

        Returns
        -------
        ids, new : ndarray
            One a key; `new` where the object was not known before.
        """
        ids = np.zeros(len(keys), np.int64)
        if not self._nothing_yet(collection):
            found = self._rows(
                "feature_ids", {"collection": collection, "source": self._source, "keys": keys}
            )
            ids[:] = [row[0] or 0 for row in found]
        new = ids == 0
        count = int(new.sum())
        if count:
            numbers = self._rows("feature_numbers", {"count": count})[0][0]
            ids[new] = np.frombuffer(numbers, ">i8")
            fresh = keys if new.all() else [key for key, first in zip(keys, new, strict=True) if first]
            then = None if meanwhile is None else lambda: meanwhile(ids, new)
            self._insert(collection, ids[new], fresh, then)
        elif meanwhile is not None:
            meanwhile(ids, new)
        known = self._known.get((collection, self._source))
        if known is not None:
            known.update(zip(keys, ids.tolist(), strict=True))
        return ids, new

    def resolve(self, references: References | None) -> tuple[Values | None, list[str]]:
        """Ids for natural keys; None where a key leads nowhere.

        A key is looked for among the source keys of the collection, then among its
        `code` column, as people know a building by its code.

        Returns
        -------
        ids : list of int or None
            One a reference; None when there are no references.
        missing : list of str
            The keys that lead nowhere, each once.
        """
        if references is None:
            return None, []
        keys = [None if _blank(key) else str(key) for key in references.keys]
        known = self._known.setdefault((references.collection, references.source), {})
        wanted = sorted({key for key in keys if key is not None and key not in known})
        if wanted:
            known.update(self._look_up(references, wanted))
        ids = [None if key is None else known.get(key) for key in keys]
        return ids, [key for key in wanted if key not in known]

    def _look_up(self, references: References, wanted: list[str]) -> dict[str, int]:
        bind = {"collection": references.collection, "source": references.source, "keys": wanted}
        found = dict(self._rows("reference_by_key", bind))
        left = [key for key in wanted if key not in found]
        if left and catalogue.collection(references.collection).column("code") is not None:
            text = sql.SQL(statement(_HERE, "reference_by_code")).format(
                table=sql.Identifier("city", references.collection)
            )
            with self._connection.cursor(row_factory=tuple_row) as cursor:
                found.update(cursor.execute(text, {"keys": left, "source": references.source}).fetchall())
        return found

    def _nothing_yet(self, collection: str) -> bool:
        """Whether this source had no feature in the collection when first asked."""
        if collection in self._empty:
            return True
        if (collection, "") in self._known:
            return False
        bind = {"collection": collection, "source": self._source}
        if self._rows("source_has_features", bind)[0][0]:
            self._known[collection, ""] = {}
            return False
        self._empty.add(collection)
        return True

    def forget_first_time(self) -> None:
        """From now on features written earlier in this load are looked up again."""
        self._empty.clear()

    def _insert(
        self,
        collection: str,
        ids: npt.NDArray[np.int64],
        keys: list[str],
        meanwhile: Callable[[], None] | None,
    ) -> None:
        count = len(keys)
        # rows lie in the order of space; their keys go into the indexes at less cost one behind the other
        order = sorted(range(count), key=keys.__getitem__)
        fields: dict[str, Field | None] = {
            "id": encode("bigint", ids[order], "id"),
            "collection": encode("text", [collection] * count, "collection"),
            "source": encode("text", [self._source] * count, "source"),
            "source_key": encode("text", [keys[place] for place in order], "source_key"),
        }
        present = {name: field for name, field in fields.items() if field is not None}
        send(self._connection, sql.Identifier("city", "feature"), pack(present, count), meanwhile)

    def _rows(self, name: str, bind: dict[str, Any]) -> list[tuple[Any, ...]]:
        with self._connection.cursor(row_factory=tuple_row) as cursor:
            return cursor.execute(statement(_HERE, name).encode(), bind).fetchall()


def first_of_each(keys: Iterable[str], seen: set[str]) -> npt.NDArray[np.bool_]:
    """True where a key comes for the first time; `seen` is added to."""
    keys = list(keys)
    fresh = set(keys)
    if len(fresh) == len(keys) and seen.isdisjoint(fresh):
        seen |= fresh
        return np.ones(len(keys), dtype=bool)
    first = []
    for key in keys:
        first.append(key not in seen)
        seen.add(key)
    return np.array(first, dtype=bool)


def _blank(key: Any) -> bool:
    return key is None or key == "" or (isinstance(key, float) and math.isnan(key))

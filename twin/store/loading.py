"""A load: one source, one file, all of it or nothing.

::

    with begin_load(database, LoadRequest(...)) as load:
        if not load.unchanged:
            load.write(batch)
    print(load.report)

The status row is written at once in a transaction of its own; everything else becomes
visible in one commit at the end (or at each `step`). Two loads of one source queue.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from typing import Any

import numpy as np
import numpy.typing as npt
import psycopg

from twin.database.connection import Connection, Database
from twin.database.statements import statement
from twin.errors import Unprocessable
from twin.model.feature import FeatureBatch, References
from twin.model.load import LoadCounts, LoadReport, LoadRequest, Rejection
from twin.store import surroundings
from twin.store.alone import Alone
from twin.store.identity import Identities
from twin.store.load_row import mark_failed, open_row, store_report
from twin.store.vanished import Seen
from twin.store.write import Prepared, Writer

_HERE = "twin.store"
_KEPT_REJECTIONS = 10_000


@contextmanager
def begin_load(
    database: Database,
    request: LoadRequest,
    *,
    actor: str | None = None,
    force: bool = False,
    software: Mapping[str, str] | None = None,
    alone: bool = False,
) -> Iterator[Load]:
    """Begin to load a source; leaving the block commits, an exception undoes everything.

    Parameters
    ----------
    database : Database
        The city.
    request : LoadRequest
        What is about to be loaded.
    actor : str, optional
        Who loads.
    force : bool
        Load even what the last load of this source already has.
    software : mapping of str to str, optional
        Versions of what reads the file, kept in the load row.
    alone : bool
        Have an empty layer for itself where nobody is there to mind; see `twin.store.alone`.

    Yields
    ------
    Load

    Raises
    ------
    Unprocessable
        A value does not fit its column, or the schema refuses a row.
    DatabaseUnavailable
        The connection broke; nothing of the load is visible.
    Overtaken
        Told `alone`, it had to give way; nothing of the load is visible.
    """
    started = time.monotonic()
    load: Load | None = None
    try:
        with database.transaction(actor=actor) as connection:
            connection.execute(_sql("session"))
            bind = {"source": request.source}
            connection.execute(_sql("lock"), bind)
            try:
                load = Load(
                    connection, database.srid, request, open_row(connection, request, actor, force, software)
                )
                load._alone = Alone(connection) if alone else None
                yield load
                load._finish(started)
                connection.commit()
            # PostGIS reports a geometry it cannot take as an internal error
            except (psycopg.DataError, psycopg.InternalError) as error:
                raise Unprocessable(
                    f"a value does not fit its column: {error.diag.message_primary}"
                ) from error
            finally:
                _release(connection, bind)
    except BaseException as error:
        if load is not None:
            load.report.seconds = time.monotonic() - started
            mark_failed(database, load.load_id, load.report, error, stepped=bool(load.steps))
        raise


class Load:
    """What `begin_load` gives: the way rows of one source get in.

    Attributes
    ----------
    connection : psycopg.Connection
        The transaction of the load, for statements of the loader's own.
    load_id : int
        Row in `twin.load`.
    srid : int
        EPSG code of the storage CRS.
    unchanged : bool
        The last load of this source had the same bytes and the same settings: nothing to do.
    report : LoadReport
        Filled as the load goes on; complete after the block.
    """

    def __init__(
        self, connection: Connection, srid: int, request: LoadRequest, row: Mapping[str, Any]
    ) -> None:
        self.connection = connection
        self.load_id: int = row["id"]
        self.srid = srid
        self.unchanged: bool = row["unchanged"]
        self.request = request
        status = "unchanged" if self.unchanged else "done"
        self.report = LoadReport(self.load_id, request.source, request.file_name, status)  # type: ignore[arg-type]
        self.steps: list[str] = []
        self._identities = Identities(connection, request.source)
        self._seen = Seen(connection, request) if request.mode == "replace" and not self.unchanged else None
        self._writer = Writer(connection, self._identities, self.load_id, {}, self._reject, self.warn)
        self._alone: Alone | None = None
        self._dropped = 0
        # a loader may check the next batch while this one is written
        self._lock = threading.Lock()
        # a connection answers one question at a time
        self._asking = threading.Lock()
        self._tallies: dict[str, tuple[int, str]] = {}

    def write(self, batch: FeatureBatch) -> LoadCounts:
        """Write features; parents before children.

        Unchanged rows are left alone, a changed row closes its version and adds one.
        A row whose key came before in this load, or whose geometry does not fit the
        collection, is rejected with a code.

        Returns
        -------
        LoadCounts
            Of this batch; `report.counts` sums them up.

        Raises
        ------
        NotFound
            No such collection.
        Unprocessable
            A column the collection does not have, or a value of the wrong kind.
        """
        return self.put(self.prepare(batch))

    def prepare(self, batch: FeatureBatch) -> Prepared:
        """First half of `write`: check and encode, without the database.

        May run beside `put` in another thread; batches are put in the order they were prepared.
        """
        return self._writer.prepare(batch)

    def put(self, prepared: Prepared) -> LoadCounts:
        """Second half of `write`: send."""
        with self._asking:
            if self._alone is not None:
                self._alone.enter(prepared.collection)
            counts, ids = self._writer.put(prepared)
        total = self.counts(prepared.collection.name)
        with self._lock:
            for name, value in asdict(counts).items():
                setattr(total, name, getattr(total, name) + value)
        if self._seen is not None:
            self._seen.add(ids)
        return counts

    def feature_ids(self, collection: str, keys: list[str]) -> npt.NDArray[np.int64]:
        """Ids of features of this source, made where they are new; for rows in tables of the loader's own."""
        # rows of this very load may have been the first of their collection
        self._identities.forget_first_time()
        return self._identities.own(collection, keys)[0]

    def footprints(self, keys: References) -> list[Any]:
        """Footprints of buildings, by key or code; None where there is none. Shapely, in the storage CRS."""
        with self._asking:
            ids, _ = self._identities.resolve(keys)
            found = surroundings.footprints(self.connection, sorted({i for i in ids or () if i is not None}))
        return [None if i is None else found.get(i) for i in ids or ()]

    def centres(
        self, collection: str, box_m: tuple[float, float, float, float], limit: int = 20_000
    ) -> npt.NDArray[np.float64]:
        """Centres of what other sources have in a box; see `twin.store.surroundings.centres`."""
        return surroundings.centres(
            self.connection, collection, box_m, other_than=self.request.source, limit=limit
        )

    def standing(
        self,
        collection: str,
        codes: Sequence[str | None],
        shapes: npt.NDArray[np.object_],
        limit: int = 20_000,
    ) -> list[tuple[int, dict[str, Any]]]:
        """What other sources have at the place or under the code of new features.

        See `twin.store.surroundings.standing`.
        """
        with self._asking:
            return list(
                surroundings.standing(
                    self.connection,
                    collection,
                    codes,
                    shapes,
                    srid=self.srid,
                    other_than=self.request.source,
                    limit=limit,
                )
            )

    def reject(self, rejection: Rejection, collection: str | None = None) -> None:
        """Count an object that cannot be loaded; its old version, if any, stays.

        Parameters
        ----------
        rejection : Rejection
        collection : str, optional
            Where it would have gone. Counted as read there.
        """
        if collection is not None:
            total = self.counts(collection)
            with self._lock:
                total.read += 1
        self._reject(rejection, collection)

    def warn(self, sentence: str) -> None:
        """Say something the reader of the report should know."""
        if sentence not in self.report.warnings:
            self.report.warnings.append(sentence)

    def tally(self, subject: str, count: int, what: str) -> None:
        """Count a finding that comes many times; one warning a subject: ``height_m: 3 values are ...``."""
        before, _ = self._tallies.get(subject, (0, what))
        self._tallies[subject] = (before + count, self._tallies.get(subject, (0, what))[1])

    def counts(self, collection: str) -> LoadCounts:
        """Counts of a collection so far."""
        return self.report.counts.setdefault(collection, LoadCounts())

    def step(self, name: str) -> None:
        """Make what is there visible as one atomic step and go on in a new transaction."""
        self.steps.append(name)
        self._leave()
        store_report(self.connection, self.load_id, self.report, "partial", None)
        self.connection.commit()
        self._identities.forget_first_time()
        self._writer.seen.clear()

    def _reject(self, rejection: Rejection, collection: str | None) -> None:
        total = None if collection is None else self.counts(collection)
        with self._lock:
            if total is not None and collection is not None:
                total.rejected += 1
                if self._seen is not None:
                    self._seen.keep(collection, rejection.source_key)
            if len(self.report.rejections) < _KEPT_REJECTIONS:
                self.report.rejections.append(rejection)
            else:
                self._dropped += 1

    def _leave(self) -> None:
        if self._alone is not None:
            self._alone.leave()

    def _finish(self, started: float) -> None:
        self._leave()
        for subject, (count, what) in self._tallies.items():
            self.warn(f"{subject}: {count} {'value' if count == 1 else 'values'} {what}")
        if self._seen is not None:
            for collection, closed in self._seen.close_vanished().items():
                self.counts(collection).closed += closed
        if self._dropped:
            self.warn(f"{self._dropped} further rejections are counted but not listed")
        self.report.seconds = time.monotonic() - started
        store_report(self.connection, self.load_id, self.report, self.report.status, self.report.seconds)


def _release(connection: Connection, bind: Mapping[str, Any]) -> None:
    """Undo what is not committed and let the next load of this source in."""
    with suppress(psycopg.Error):
        connection.rollback()
        connection.execute(_sql("unlock"), bind)
        connection.execute("reset statement_timeout")
        connection.commit()


def _sql(name: str) -> bytes:
    return statement(_HERE, name).encode()

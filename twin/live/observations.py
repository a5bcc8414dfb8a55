"""Record readings and read series of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from psycopg.types.json import Jsonb

from twin.database.connection import Connection, Database, Row
from twin.database.statements import statement
from twin.errors import InvalidInput, NotFound
from twin.live.message import columns, parse
from twin.model.observation import Observation, Receipt, Refusal

_REASONS = {
    "unknown-datastream": "no datastream has this code; load the sensor first",
    "not-a-number": "the result is not a finite number",
    "future": "more than 5 minutes ahead of the server; set the device's clock",
    "too-old": "older than the hours of readings that are kept",
}


def record(database: Database, message: dict[str, Any], *, kept_hours: int = 48) -> Receipt:
    """Store the readings of one message in one transaction, raising and clearing alarms.

    Parameters
    ----------
    database : Database
        Where to.
    message : dict
        See `twin.live.message.parse`.
    kept_hours : int
        Readings older than this are refused: their day is dropped or about to be.

    Raises
    ------
    InvalidInput, TooLarge
        The message as a whole cannot be used; nothing is stored.
    """
    good, bad = parse(message)
    with database.transaction() as connection:
        receipt = _ingest(connection, [reading for _, reading in good], kept_hours)
        if bad:
            connection.cursor().executemany(
                statement("twin.live", "quarantine").encode(),
                [{"code": r.code, "message": Jsonb(_short(item)), "reason": r.reason} for r, item in bad],
            )
    # the database counts among the well-formed; the caller counts in the message
    refused = [Refusal(good[r.index][0], r.code, r.reason) for r in receipt.quarantined]
    refused += [refusal for refusal, _ in bad]
    refused.sort(key=lambda refusal: refusal.index)
    return Receipt(receipt.accepted, receipt.duplicate, receipt.late, tuple(refused))


def series(
    database: Database,
    code: str,
    start: datetime | None = None,
    end: datetime | None = None,
    limit: int = 10_000,
    *,
    circles: frozenset[str] = frozenset({"public"}),
) -> Row:
    """Readings of one datastream in the order of time, with its unit and limits.

    The newest `limit` readings of the span are given; without a start, of the last 24 hours
    before the end.

    Raises
    ------
    NotFound
        There is no datastream of that code, or not for a caller of these circles.
    InvalidInput
        The span ends before it starts.
    """
    if start is None and end is not None:
        start = end - timedelta(hours=24)
    if start is not None and end is not None and start > end:
        raise InvalidInput("the span ends before it starts; 'from' must not be later than 'to'")
    binds = {"code": code, "start": start, "end": end, "limit": limit, "circles": sorted(circles)}
    row = database.row(statement("twin.live", "series"), binds)
    if row is None:
        raise NotFound(f"there is no datastream '{code[:100]}'")
    return row


def _ingest(connection: Connection, readings: list[Observation], kept_hours: int) -> Receipt:
    if not readings:
        return Receipt(0, 0, 0, ())
    row = connection.execute(
        statement("twin.live", "ingest").encode(), {**columns(readings), "kept_hours": kept_hours}
    ).fetchone()
    assert row is not None  # noqa: S101 - a function call always brings its row
    refused = tuple(Refusal(r["index"], r["code"], _REASONS[r["code"]]) for r in row["quarantined"])
    return Receipt(row["accepted"], row["duplicate"], row["late"], refused)


def _short(item: object) -> object:
    """What was sent, cut where it is absurdly long."""
    text = repr(item)
    return item if len(text) <= 2_000 else {"cut": text[:2_000]}

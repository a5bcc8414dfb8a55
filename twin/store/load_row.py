"""The row of a load in `twin.load`: opened, brought up to date, marked as failed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import orjson
import structlog

from twin.database.connection import Connection, Database
from twin.database.statements import statement
from twin.errors import TwinError
from twin.model.load import LoadReport, LoadRequest

_HERE = "twin.store"
_log = structlog.get_logger(_HERE)


def open_row(
    connection: Connection,
    request: LoadRequest,
    actor: str | None,
    force: bool,
    software: Mapping[str, str] | None,
) -> Mapping[str, Any]:
    """Write the row of a load that begins, and commit it; says what the last load of this source left."""
    bind = {
        **{name: getattr(request, name) for name in LoadRequest.__slots__},
        "actor": actor,
        "force": force,
        "software": _json(dict(software or {})),
    }
    connection.execute(_sql("load_abandoned"), bind)
    row = connection.execute(_sql("load_open"), bind).fetchone()
    if row is None:
        raise TwinError("the load row was not written")
    connection.commit()
    return row


def store_report(
    connection: Connection, load_id: int, report: LoadReport, status: str, seconds: float | None
) -> None:
    """Write what a load has done so far, and every rejection that is listed."""
    connection.execute(
        _sql("load_close"),
        {
            "id": load_id,
            "status": status,
            "seconds": seconds,
            "counts": _json({name: asdict(counts) for name, counts in report.counts.items()}),
            "warnings": _json(report.warnings),
            "georeference": _json(report.georeference),
        },
    )
    connection.execute("delete from twin.rejection where load_id = %s", (load_id,))
    with (
        connection.cursor() as cursor,
        cursor.copy("copy twin.rejection (load_id, seq, code, source_key, message) from stdin") as copy,
    ):
        for seq, rejection in enumerate(report.rejections):
            row = (rejection.code, rejection.source_key, rejection.message)
            copy.write_row((load_id, seq, *(text.replace("\0", "") for text in row)))


def mark_failed(
    database: Database, load_id: int, report: LoadReport, error: BaseException, *, stepped: bool
) -> None:
    """Say that a load ended by an error, and how far it came."""
    report.status = "partial" if stepped else "failed"
    reason = f"{type(error).__name__}: {error}" if not isinstance(error, TwinError) else str(error)
    bind = {"id": load_id, "status": report.status, "seconds": report.seconds, "reason": reason}
    try:
        database.execute(statement(_HERE, "load_failed"), bind)
    except TwinError:
        # the database is away; the next load of this source sets the row right
        _log.warning("load row not marked as failed", load_id=load_id, reason=reason)


def _json(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY, default=str).decode()


def _sql(name: str) -> bytes:
    return statement(_HERE, name).encode()

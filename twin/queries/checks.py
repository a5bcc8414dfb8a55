"""How a model came out of its checks, for the map, the 3D view and programs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from twin.database.connection import Database, Row
from twin.database.statements import statement
from twin.database.validity import dated
from twin.errors import NotFound
from twin.queries.buildings import PUBLIC

ANSWERS = ("fail", "unknown")
SEVERITIES = ("error", "warning", "info")


@dataclass(frozen=True, slots=True)
class FindingQuery:
    """Which findings are wanted; None leaves a filter out.

    Attributes
    ----------
    rule, answer, severity : str or None
        As in the finding.
    floor_no : int or None
        Floor address.
    limit : int
        Most findings.
    circles : frozenset of str
        Access circles of the reader.
    moment : datetime or None
        With zone: the check of the version that stood then; None: of the newest.
    """

    rule: str | None = None
    answer: str | None = None
    severity: str | None = None
    floor_no: int | None = None
    limit: int = 1_000
    circles: frozenset[str] = PUBLIC
    moment: datetime | None = None


def model_checks(database: Database, model_id: int, query: FindingQuery) -> dict[str, Any]:
    """Check of a model with its findings.

    Returns
    -------
    dict
        The model, `load_id` and `file_name` of its version, `answer` (`unknown` where it was never
        checked), `checked_at`, `stale` (whether another file of the model was checked than the one
        of that version), `rules`, `matched` and `findings`. A finding
        carries `feature_id`, `floor_no`, `lon`, `lat` (CRS84) and `height_m`.

    Raises
    ------
    NotFound
        There is no such model, or it stands on a building this reader may not see.
    """
    binds = {
        "model": model_id,
        "circles": sorted(query.circles),
        "rule": query.rule,
        "answer": query.answer,
        "severity": query.severity,
        "floor": query.floor_no,
        "limit": query.limit,
        "moment": query.moment,
    }
    check = database.row(dated(statement("twin.queries", "model_check"), query.moment), binds)
    if check is None:
        raise NotFound(f"there is no model {model_id}")
    checked = check.pop("checked_sha256")
    found: list[Row] = database.rows(
        dated(statement("twin.queries", "model_findings"), query.moment), {**binds, "checked": checked}
    )
    matched = found[0]["matched"] if found else 0
    for row in found:
        del row["matched"]
    return {**check, "matched": matched, "findings": found}


def stored_check(database: Database, model_id: int) -> Row:
    """Newest check of a model as it was stored, with all findings in its own coordinates.

    Raises
    ------
    NotFound
        There is no such model, or it was never checked.
    """
    row = database.row(statement("twin.queries", "stored_check"), {"model": model_id})
    if row is None:
        raise NotFound(f"no check of model {model_id} is stored: run `twin check FILE --model {model_id}`")
    return row

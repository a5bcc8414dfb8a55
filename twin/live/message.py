"""From a message to readings: the one parser for every way they arrive."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from twin.errors import InvalidInput, TooLarge
from twin.model.observation import Observation, Refusal

MOST = 5_000
"""Readings a message may hold."""

_KEYS = frozenset({"datastream", "phenomenon_time", "result", "quality"})
_NO_NUMBERS = frozenset({"nan", "inf", "-inf", "infinity", "-infinity"})
_REASONS = {
    "datastream": "'datastream' must be the code of a device, 1 to 100 characters",
    "phenomenon_time": "'phenomenon_time' must be an instant with zone such as 2026-11-20T08:00:00Z",
    "result": "'result' must be a number",
    "quality": "'quality' must be 0 (good), 1 (doubtful) or 2 (bad)",
}


def parse(message: dict[str, Any]) -> tuple[list[tuple[int, Observation]], list[tuple[Refusal, Any]]]:
    """Read `{"observations": [{"datastream", "phenomenon_time", "result", "quality"}, ...]}`.

    Returns
    -------
    list of (int, Observation)
        The well-formed readings with their place in the message.
    list of (Refusal, object)
        The others as they came; one bad reading never spoils its neighbours.

    Raises
    ------
    InvalidInput
        The message as a whole is not of that form.
    TooLarge
        More than `MOST` readings.

    Examples
    --------
    >>> good, bad = parse({"observations": [
    ...     {"datastream": "P1", "phenomenon_time": "2026-11-20T08:00:00Z", "result": 0.3}, {"result": "x"}]})
    >>> good[0][1].result, bad[0][0].code
    (0.3, 'malformed')
    """
    items = message.get("observations")
    if not isinstance(items, list) or set(message) != {"observations"}:
        raise InvalidInput('the body must be {"observations": [...]}')
    if len(items) > MOST:
        raise TooLarge(f"{len(items)} observations in one message; at most {MOST} are taken, send several")
    good: list[tuple[int, Observation]] = []
    bad: list[tuple[Refusal, Any]] = []
    for index, item in enumerate(items):
        read = _observation(item)
        if isinstance(read, Observation):
            good.append((index, read))
        else:
            bad.append((Refusal(index, *read), item))
    return good, bad


def _observation(item: object) -> Observation | tuple[str, str]:
    if not isinstance(item, dict):
        return "malformed", "an observation must be a JSON object"
    unknown = sorted(set(item) - _KEYS)
    if unknown:
        return "malformed", f"'{unknown[0][:40]}' is not known; an observation has {', '.join(sorted(_KEYS))}"
    code, quality = item.get("datastream"), item.get("quality", 0)
    moment, result = _moment(item.get("phenomenon_time")), _number(item.get("result"))
    wrong = None
    if not isinstance(code, str) or not 0 < len(code) <= 100:
        wrong = "datastream"
    elif moment is None:
        wrong = "phenomenon_time"
    elif not isinstance(quality, int) or isinstance(quality, bool) or quality not in (0, 1, 2):
        wrong = "quality"
    elif result is None:
        wrong = "result"
    if wrong is not None:
        return "malformed", _REASONS[wrong]
    assert isinstance(code, str) and moment is not None and result is not None  # noqa: S101 - shown above
    if not math.isfinite(result):
        return "not-a-number", "the result is not a finite number"
    return Observation(code, moment, result, int(quality))


def _number(value: object) -> float | None:
    """Read a number; NaN where it is said to be none, None where it is something else."""
    if value is None or (isinstance(value, str) and value.strip().lower() in _NO_NUMBERS):
        return math.nan
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value)
    except OverflowError:
        return math.inf


def _moment(value: object) -> datetime | None:
    if not isinstance(value, str) or len(value) > 40:
        return None
    try:
        moment = datetime.fromisoformat(value)
        return None if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def columns(readings: Sequence[Observation]) -> dict[str, list[Any]]:
    """Readings column by column, as the database takes them."""
    return {
        "codes": [r.datastream for r in readings],
        "times": [r.phenomenon_time for r in readings],
        "results": [r.result for r in readings],
        "qualities": [r.quality for r in readings],
    }

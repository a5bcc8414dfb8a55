"""Server-sent events: names, ids and data as docs/reference/http.md gives them.

Only the last event of a tick carries an `id`, so a connection lost in the middle of a
tick replays the whole of it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import orjson

from twin.catalogue import COLLECTIONS
from twin.cells import CELL_M
from twin.crs import WGS84, transformer
from twin.live.snapshot import Snapshot
from twin.live.tick import Tick

_MOST_BOXES = 200
_PUBLIC = frozenset(c.name for c in COLLECTIONS if c.access == "public")
_RETRY_MS = 2_000

Bounds = tuple[float, float, float, float]


def frames(tick: Tick, srid: int, at: Snapshot | None = None) -> bytes:
    """Write a tick as events; nothing where nothing in it is for everybody.

    Parameters
    ----------
    tick : Tick
        What happened.
    srid : int
        Storage CRS, of whose grid the touched cells are.
    at : Snapshot, optional
        Cursor after these events; default the tick's own.
    """
    cursor = at or tick.snapshot
    parts: list[tuple[str, Any]] = []
    touched = _touched(tick, srid)
    if touched:
        parts.append(("touch", touched))
    if tick.observations:
        parts.append(("observation", tick.observations))
    parts.extend(("alarm", alarm) for alarm in tick.alarms)
    parts.extend(("incident", incident) for incident in tick.incidents)
    if not parts:
        return _event("cursor", {}, cursor) if at is not None else b""
    *most, last = parts
    return b"".join(_event(name, data, None) for name, data in most) + _event(*last, cursor)


def hello(cursor: Snapshot | None) -> bytes:
    """Greeting with the server's time; carries the cursor where nothing is to be replayed."""
    return b"retry: %d\n" % _RETRY_MS + _event("hello", {"now": datetime.now(UTC)}, cursor)


def resync(cursor: Snapshot | None, reason: str) -> bytes:
    """Tell the client to read everything it shows again."""
    return _event("resync", {"reason": reason}, cursor)


def bye() -> bytes:
    """Goodbye: the server stops; come back soon."""
    return b"retry: %d\n" % _RETRY_MS + _event("bye", {}, None)


def _event(name: str, data: Any, cursor: Snapshot | None) -> bytes:
    identity = b"" if cursor is None else b"id: %s\n" % str(cursor).encode()
    return identity + b"event: %s\ndata: %s\n\n" % (
        name.encode(),
        orjson.dumps(data, option=orjson.OPT_UTC_Z),
    )


def _touched(tick: Tick, srid: int) -> dict[str, list[Bounds]]:
    """Boxes in degrees of what was touched; an empty list where rows have no place of their own."""
    cells: dict[str, set[tuple[int, int]]] = {}
    for touch in tick.touches:
        if touch.collection not in _PUBLIC:
            continue
        places = cells.setdefault(touch.collection, set())
        if touch.cell_e is not None and touch.cell_n is not None:
            places.add((touch.cell_e, touch.cell_n))
    return {name: _boxes(places, srid) for name, places in sorted(cells.items())}


def _boxes(cells: set[tuple[int, int]], srid: int) -> list[Bounds]:
    boxes = [_box(srid, e, n) for e, n in sorted(cells)]
    if len(boxes) <= _MOST_BOXES:
        return boxes
    west, south, east, north = zip(*boxes, strict=True)
    return [(min(west), min(south), max(east), max(north))]


@lru_cache(maxsize=65_536)
def _box(srid: int, cell_e: int, cell_n: int) -> Bounds:
    """Box in degrees that holds a cell of the storage grid."""
    west, south, east, north = transformer(srid, WGS84).transform_bounds(
        cell_e * CELL_M, cell_n * CELL_M, (cell_e + 1) * CELL_M, (cell_n + 1) * CELL_M
    )
    return round(west, 7), round(south, 7), round(east, 7), round(north, 7)

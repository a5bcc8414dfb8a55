"""What feeds a piece of equipment: from a sprinkler along its pipes to the riser it hangs on."""

from __future__ import annotations

from collections import defaultdict, deque
from datetime import datetime
from typing import Any

from twin.database.connection import Database
from twin.database.statements import statement
from twin.database.validity import dated
from twin.errors import NotFound
from twin.queries.buildings import PUBLIC


def supply(
    database: Database,
    equipment: int,
    circles: frozenset[str] = PUBLIC,
    moment: datetime | None = None,
) -> dict[str, Any]:
    """The riser a piece of equipment hangs on.

    Parameters
    ----------
    database : Database
        The city.
    equipment : int
        Id of the sprinkler, the hydrant ...
    circles : frozenset of str
        Access circles of the caller.
    moment : datetime, optional
        With zone: as it was then; None: now.

    Returns
    -------
    dict
        `equipment`, `riser` (None: not known), `path` (ids from the equipment to the riser) and
        `evidence`: `ports` where pipes lead there; `system` where the model joins no ports and
        the nearest riser of the same system is taken, as a guess; `none`.

    Raises
    ------
    NotFound
        There is no such equipment.
    """
    binds: dict[str, Any] = {
        "id": equipment,
        "circles": sorted(circles),
        "reached": None,
        "moment": moment,
    }
    known = database.row(_sql("supplied", moment), binds)
    if known is None:
        raise NotFound(f"there is no equipment {equipment}")
    before = _walk(database, equipment, moment)
    if len(before) > 1:
        risers = database.rows(
            _sql("risers", moment), {**binds, "reached": [i for i in before if i != equipment]}
        )
        by_id = {riser["id"]: riser for riser in risers}
        # the walk is in order of joints, so the first riser met is the one it hangs on
        first = next((identity for identity in before if identity in by_id), None)
        if first is not None:
            return {
                "equipment": known,
                "riser": _shown(by_id[first]),
                "path": _path(before, first),
                "evidence": "ports",
            }
    near = database.rows(_sql("risers", moment), binds) if known["system"] else []
    if near:
        return {"equipment": known, "riser": _shown(near[0]), "path": [], "evidence": "system"}
    return {"equipment": known, "riser": None, "path": [], "evidence": "none"}


def _walk(database: Database, start: int, moment: datetime | None) -> dict[int, int | None]:
    """Everything the pipes lead to, in the order of joints, each with what was before it."""
    joined: dict[int, list[int]] = defaultdict(list)
    for edge in database.rows(_sql("flow_edges", moment), {"id": start, "moment": moment}):
        joined[edge["from_id"]].append(edge["to_id"])
        joined[edge["to_id"]].append(edge["from_id"])
    before: dict[int, int | None] = {start: None}
    waiting = deque([start])
    while waiting:
        here = waiting.popleft()
        for there in joined[here]:
            if there not in before:
                before[there] = here
                waiting.append(there)
    return before


def _path(before: dict[int, int | None], end: int) -> list[int]:
    path: list[int] = []
    here: int | None = end
    while here is not None:
        path.append(here)
        here = before[here]
    return path[::-1]


def _shown(riser: dict[str, Any]) -> dict[str, Any]:
    return {
        key: riser[key] for key in ("id", "name", "ifc_class", "system", "floor_no", "z_min_m", "z_max_m")
    }


def _sql(name: str, moment: datetime | None) -> str:
    return dated(statement("twin.queries", name), moment)

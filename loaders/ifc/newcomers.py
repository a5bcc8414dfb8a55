"""Objects a newer file brings along: so since this load, not since ever."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from twin.store.loading import Load

_ROLES = {"buildings": "building", "storeys": "storey"} | {
    role: role for role in ("space", "element", "equipment", "opening", "road", "rail", "bridge")
}

_TELLING = ("storey", "space", "element", "equipment", "opening")


def mark_new(load: Load, meaning: dict[str, Any], standing: Mapping[str, Mapping[str, Any]]) -> None:
    """Give every row that the version before did not have a start; the city as of then stays as it was.

    Parameters
    ----------
    load : Load
    meaning : dict
        Its rows get `since`, the instant at which the objects that are gone end.
    standing : mapping
        Collection -> GlobalId -> shape of the version that stands; empty at the first load.
    """
    if not any(standing.get(role) for role in ("storey", "space", "element", "opening", "road", "rail")):
        return
    before = set().union(*(standing.get(role, {}) for role in _TELLING))
    told = (entry for name, role in _ROLES.items() if role in _TELLING for entry in meaning[name])
    now = {entry["global_id"] for entry in told}
    if before and now and not before & now:
        load.warn(
            f"another-model: none of the {len(before)} objects of the version before is in this file; "
            "all end with it. If it is of another building, load it with a --source of its own, and the "
            "file before once more with this one"
        )
    row = load.connection.execute("select now() as moment").fetchone()
    for name, role in _ROLES.items():
        known = standing.get(role, {})
        for entry in meaning[name]:
            if row is not None and entry["global_id"] not in known:
                entry["since"] = row["moment"]

"""Objects a newer file brings along: so since this load, not since ever."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from twin.store.loading import Load

_ROLES = {"buildings": "building", "storeys": "storey"} | {
    role: role for role in ("space", "element", "equipment", "opening", "road", "rail", "bridge")
}


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
    row = load.connection.execute("select now() as moment").fetchone()
    for name, role in _ROLES.items():
        known = standing.get(role, {})
        for entry in meaning[name]:
            if row is not None and entry["global_id"] not in known:
                entry["since"] = row["moment"]

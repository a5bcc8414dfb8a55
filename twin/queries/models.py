"""Building models: which are drawn, their versions, what differs between two, what nobody could classify."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from statistics import median
from typing import Any

from twin.database.connection import Database, Row
from twin.database.statements import statement
from twin.database.validity import dated
from twin.errors import InvalidParameter, NotFound
from twin.queries.buildings import PUBLIC
from twin.queries.hidden import hidden_names, plain

KINDS = ("added", "removed", "moved", "reshaped", "properties")
"""Ways in which an object may differ; it may differ in several."""


def shown_models(database: Database) -> list[Row]:
    """Models with shapes and a place: `id`, `name`, `building_id`."""
    return database.rows(statement("twin.queries", "models"))


def model_versions(database: Database, model: int, circles: frozenset[str] = PUBLIC) -> list[Row]:
    """Loads that left a version of a model, the oldest first.

    Raises
    ------
    NotFound
        There is no such model, or it stands in a building the caller may not see.
    """
    known_model(database, model, circles)
    return database.rows(statement("twin.queries", "model_versions"), {"model": model})


def model_changes(
    database: Database,
    model: int,
    *,
    before: int | None = None,
    after: int | None = None,
    circles: frozenset[str] = PUBLIC,
) -> dict[str, Any]:
    """Objects that differ between two versions of a model.

    Parameters
    ----------
    database : Database
        The city.
    model : int
        `twin.model.id`.
    before, after : int, optional
        Loads; default: the newest and the one before it.
    circles : frozenset of str
        Access circles of the caller.

    Returns
    -------
    dict
        `from`, `to` (loads), `counts` by kind, and `changes`: what differs, for moved objects
        `moved_m` (distance of the middles, metres), for properties `before` and `after` of each.
        `together`: `objects` that keep their place in the model while the model as a whole stands
        elsewhere in the city, and the median of `moved_m`; null where it does not.

    Raises
    ------
    NotFound
        There is no such model.
    InvalidParameter
        A load that left no version of it, or fewer than two versions.
    """
    versions = [row["id"] for row in model_versions(database, model, circles)]
    after = versions[-1] if after is None and versions else after
    earlier = [number for number in versions if after is not None and number < after]
    before = earlier[-1] if before is None and earlier else before
    if before is None or after is None:
        raise InvalidParameter("from", f"model {model} has one version only: nothing to compare it with")
    for name, load in (("from", before), ("to", after)):
        if load not in versions:
            known = ", ".join(map(str, versions)) or "none"
            raise InvalidParameter(
                name, f"load {load} left no version of model {model}; those that did: {known}"
            )
    binds = {"model": model, "before": before, "after": after, "circles": sorted(circles)}
    rows = database.rows(statement("twin.queries", "model_changes"), binds)
    hidden = hidden_names(circles)
    changes = [change for row in rows if (change := _change(row, hidden))["kinds"]]
    return {
        "model": model,
        "from": before,
        "to": after,
        "counts": {kind: sum(kind in change["kinds"] for change in changes) for kind in KINDS},
        "together": _together([row["moved_m"] for row in rows if row["together"]]),
        "changes": changes,
    }


def unclassified(
    database: Database, model: int, circles: frozenset[str] = PUBLIC, moment: datetime | None = None
) -> dict[str, Any]:
    """Work list of a model: equipment of no known kind, objects of no class, by what they are called.

    Returns
    -------
    dict
        `total`, `classified`, `unclassified` (pieces of equipment), `groups` with `count` and
        `examples` (ids), the most frequent first; equipment of a general kind whose name speaks
        of fire is among them; a group of `IfcBuildingElementProxy` is not equipment for certain
        and is counted in `proxies` only.
    """
    source = known_model(database, model, circles, moment)["source"]
    binds = {"source": source, "circles": sorted(circles), "moment": moment}
    rows = database.rows(_sql("unclassified", moment), binds)
    total = database.row(_sql("classified_count", moment), binds) or {
        "total": 0,
        "classified": 0,
    }
    groups = [row for row in rows if row["collection"] == "equipment"]
    proxies = [row for row in rows if row["collection"] == "element"]
    return {
        "model": model,
        "total": total["total"],
        "classified": total["classified"],
        "unclassified": sum(row["count"] for row in groups),
        "proxies": sum(row["count"] for row in proxies),
        "groups": rows,
    }


def systems(
    database: Database, model: int, circles: frozenset[str] = PUBLIC, moment: datetime | None = None
) -> list[Row]:
    """Systems, zones and compartments of a model with how many members each has.

    Raises
    ------
    NotFound
        There is no such model.
    """
    known_model(database, model, circles, moment)
    binds = {"model": model, "circles": sorted(circles), "moment": moment}
    return database.rows(_sql("systems", moment), binds)


def known_model(
    database: Database, model: int, circles: frozenset[str] = PUBLIC, moment: datetime | None = None
) -> Row:
    """`id`, `source`, `name`, `load_id` and `building_id` of a model.

    Raises
    ------
    NotFound
        There is no such model, or it stands in a building the caller may not see.
    """
    binds = {"model": model, "circles": sorted(circles), "moment": moment}
    found = database.row(_sql("model", moment), binds)
    if found is None:
        raise NotFound(f"there is no model {model}")
    return found


def _sql(name: str, moment: datetime | None) -> str:
    return dated(statement("twin.queries", name), moment)


def _together(moved_m: list[float]) -> dict[str, Any] | None:
    return {"objects": len(moved_m), "moved_m": round(median(moved_m), 4)} if moved_m else None


def _change(row: Row, hidden: frozenset[str]) -> dict[str, Any]:
    """What the caller may know of a difference; `kinds` is empty where that is nothing."""
    change = {name: row[name] for name in ("feature_id", "collection", "global_id", "name", "floor_no")}
    said = differences(row["before_said"], row["after_said"]) if row["properties"] else []
    told = [one for one in said if plain(one["property"].rpartition(".")[2]) not in hidden]
    change["kinds"] = [kind for kind in KINDS if row[kind] and (kind != "properties" or told)]
    if row["moved"]:
        change["moved_m"] = None if row["moved_m"] is None else round(row["moved_m"], 4)
    if told:
        change["properties"] = told
    return change


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What two nested records say differently, by dotted path, null where one says nothing."""
    old, new = dict(_flat(before)), dict(_flat(after))
    paths = dict.fromkeys([*old, *new])
    return [
        {"property": path, "before": old.get(path), "after": new.get(path)}
        for path in paths
        if old.get(path) != new.get(path)
    ]


def _flat(value: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for name, inner in value.items():
        if isinstance(inner, Mapping):
            yield from _flat(inner, f"{above}{name}.")
        else:
            yield f"{above}{name}", inner

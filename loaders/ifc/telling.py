"""What a model says of its objects and of its buildings, onto the rows of the city."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from loaders.ifc.facilities import FACILITIES
from loaders.ifc.links import Link, building_id
from loaders.ifc.outcome import load_sets
from loaders.ifc.rows import ROLES
from twin.store.loading import Load
from twin.store.models import move_property_set, write_property_sets

_TABLES = {"storey": "storeys"} | {name: name for name in (*ROLES, *FACILITIES)}
"""Under which name the first step keeps the rows of a collection."""


def write_sets(
    load: Load, scratch: Path, model_id: int, *, meaning: Mapping[str, Any], links: Mapping[str, Link]
) -> None:
    """Write the property sets of a model.

    What it says of a building goes to the building it stands on, the city's own or the one it brings
    along; where several of a file stand on one, the first of them is heard.

    Parameters
    ----------
    load : Load
        The load.
    scratch : Path
        What the first child wrote.
    model_id : int
        `twin.model.id`.
    meaning : mapping
        What the first step read.
    links : mapping of str to Link
        Building of each IfcBuilding.
    """
    ids: dict[str, int] = {}
    for name, table in _TABLES.items():
        keys = [row["global_id"] for row in meaning[table]]
        ids |= zip(keys, load.feature_ids(name, keys).tolist() if keys else (), strict=True)
    heard: set[int] = set()
    for identity, link in links.items():
        number = building_id(load, link)
        if number is not None and number not in heard:
            ids[identity] = number
            heard.add(number)
    write_property_sets(load.connection, model_id, _told(scratch, ids))


def move_sets(load: Load, model_id: int, before: Mapping[str, Link], after: Mapping[str, Link]) -> None:
    """Take what was said of buildings along to those that the footprint found to be meant."""
    for identity, link in after.items():
        old, new = (building_id(load, one) for one in (before[identity], link))
        if old is not None and new is not None and old != new:
            move_property_set(load.connection, model_id, old, new)


def _told(scratch: Path, ids: Mapping[str, int]) -> Iterator[tuple[int, str]]:
    return ((ids[identity], text.decode()) for identity, text in load_sets(scratch) if identity in ids)

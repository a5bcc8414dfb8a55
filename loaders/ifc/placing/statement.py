"""What a model says of its place, as one word; a person's decision holds for that word only."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import orjson

from loaders.ifc.placement import Matrix
from twin.database.connection import Row
from twin.store.loading import Load

ACCEPTED = "accepted"


def statement_of(georeference: dict[str, Any]) -> str:
    """Hash of the raw values and of what they apply to."""
    said = {name: georeference.get(name) for name in ("stated", "anchor", "x_axis")}
    plain = orjson.dumps(said, option=orjson.OPT_SORT_KEYS, default=str)
    return hashlib.sha256(plain).hexdigest()


def by_decision(
    load: Load, georeference: dict[str, Any], decided: Row | None, stated: tuple[Matrix | None, str | None]
) -> tuple[Matrix | None, str | None]:
    """The matrix of a model: what a person accepted, else what the model states.

    Parameters
    ----------
    load : Load
        Is warned where a decision was not made for what the model says now.
    georeference : dict
        What it says; `level` becomes `accepted` where a decision is used.
    decided : Row or None
        `twin.store.placing.accepted`.
    stated : tuple
        Matrix and reason, from `storage_matrix`.
    """
    if decided is None:
        return stated
    if decided["statement"] != statement_of(georeference):
        load.warn(
            f"placing-outdated: place {decided['id']} was accepted when the model said something else of its "
            "place; what it says now is used. `twin load --place` checks it"
        )
        return stated
    georeference |= {"level": ACCEPTED, "approximate": False, "reason": None, "accepted": decided["id"]}
    return np.array(decided["matrix"], float).reshape(4, 4), None

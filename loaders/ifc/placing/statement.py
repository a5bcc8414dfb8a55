"""What a model says of its place, as one word; a person's decision holds for that word only."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import orjson
import shapely

from loaders.ifc.placement import Matrix
from twin.database.connection import Row
from twin.store.loading import Load

ACCEPTED = "accepted"
_SAME_OVERLAP = 0.5


def statement_of(georeference: dict[str, Any]) -> str:
    """Hash of the raw values and of what they apply to."""
    said = {name: georeference.get(name) for name in ("stated", "anchor", "x_axis")}
    plain = orjson.dumps(said, option=orjson.OPT_SORT_KEYS, default=str)
    return hashlib.sha256(plain).hexdigest()


def by_decision(
    load: Load,
    georeference: dict[str, Any],
    decided: Sequence[Row],
    stated: tuple[Matrix | None, str | None],
) -> tuple[Matrix | None, str | None, Row | None]:
    """The matrix of a model, accepted by a person or else stated; why there is none; the decision used.

    Parameters
    ----------
    load : Load
        Is warned where a decision was not made for what the model says now.
    georeference : dict
        What it says; `level` becomes `accepted` where a decision is used.
    decided : sequence of row
        `twin.store.placing.accepted`: what was accepted for this statement counts, even if the model said
        something else between.
    stated : tuple
        Matrix and reason, from `storage_matrix`.
    """
    if not decided:
        return (*stated, None)
    now = statement_of(georeference)
    chosen = next((row for row in decided if row["statement"] == now), None)
    if chosen is None:
        load.warn(
            f"placing-outdated: place {decided[0]['id']} was accepted when the model said something else of "
            "its place; what it says now is used. `twin load --place` checks it"
        )
        return (*stated, None)
    georeference |= {"level": ACCEPTED, "approximate": False, "reason": None, "accepted": chosen["id"]}
    return np.array(chosen["matrix"], float).reshape(4, 4), None, chosen


def of_another_model(decision: Row | None, outline: Any) -> str | None:
    """Why a decision cannot be meant for a model of this outline (storage CRS); None: it can.

    What a model says of its place may be nothing at all, and two models say that alike.
    """
    if decision is None or outline is None:
        return None
    then = shapely.from_wkb(bytes(decision["footprint"]))
    both = shapely.intersection(then, outline).area / max(shapely.union(then, outline).area, 1e-9)
    if both >= _SAME_OVERLAP:
        return None
    return (
        f"place {decision['id']} was accepted for a model of another outline ({both:.0%} in common): another "
        "building under this name? `twin load --place` proposes a place for it"
    )

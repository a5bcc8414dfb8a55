"""Is a building of the model in the city already? Said in the report; nothing is merged."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from twin.model.feature import FeatureBatch
from twin.store.loading import Load

OVERLAP = 0.5
"""Common area by united area from which two footprints may be one building."""
_SHOWN = 20


class Suggestions:
    """Collects buildings of other sources that may be the same."""

    def __init__(self) -> None:
        self._found: list[str] = []

    def look(self, batch: FeatureBatch, load: Load) -> None:
        """Compare a batch of buildings, at its place, with what stands there.

        Parameters
        ----------
        batch : FeatureBatch
            Of `building`, in the storage CRS.
        load : Load
            Asks the city.
        """
        shapes = batch.geometry
        codes = list(batch.columns.get("code", [None] * len(batch)))
        keys = [str(key) for key in batch.source_key]
        if shapes is None:
            return
        best: dict[int, tuple[float, str]] = {}
        for row, standing in load.standing("building", codes, shapes):
            same = standing["same_code"]
            share = _overlap(shapes[row], standing["shape"])
            if not same and share < OVERLAP:
                continue
            rank = share + same
            said = f"code {standing['code']}" if same else f"overlap {share:.0%}"
            if rank > best.get(row, (0.0, ""))[0]:
                name = standing["code"] or standing["source_key"]
                best[row] = (rank, f"{keys[row]} = {name} of {standing['source']} ({said})")
        self._found += [text for _, text in best.values()]

    def report(self, load: Load) -> None:
        """One sentence for all."""
        if self._found:
            shown = "; ".join(self._found[:_SHOWN]) + ("; ..." if len(self._found) > _SHOWN else "")
            load.warn(
                f"{len(self._found)} buildings may be in the city already, nothing was merged "
                f"(building-suggested): {shown}"
            )


def _overlap(mine: Any, other: Any) -> float:
    """Common area by united area; 0 where a shape is none."""
    if mine is None or other is None:
        return 0.0
    pair = np.array([mine, other], dtype=object)
    if not shapely.is_valid(pair).all():
        pair = shapely.make_valid(pair)
    common = shapely.area(shapely.intersection(pair[0], pair[1]))
    united = float(shapely.area(pair).sum()) - common
    return float(common / united) if united > 0 else 0.0

"""What a tile above the leaves draws for buildings too small to be drawn themselves: blocks.

A block stands for the buildings of a small square. Its plan has their plan area, their middle
as its middle and the proportions of the box around them; it rises from the lowest base to
their mean base and mean height, both by plan area. So built-up share and volume are true, and it
never leaves the box around what it stands for.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from tiles.solids.groups import Groups
from tiles.solids.metadata import Property
from tiles.solids.table import Values

Array = npt.NDArray[Any]

_STEPS_A_SIDE = 64
"""Corners and heights are rounded to this share of the side of a block: most edits change no far tile."""
BUILDINGS = Property("buildings", "integer", "所代表的建筑数", "buildings it stands for")
MEAN_HEIGHT = Property("mean_height_m", "real", "平均高度", "mean height of the buildings it stands for", "m")


def boxes(groups: Groups, first: int = 0) -> tuple[Array, dict[str, Values]]:
    """Box and properties of the block of each square.

    Parameters
    ----------
    groups : Groups
        Drawn ones, one a square.
    first : int
        Number of the first block among the features of its tile.

    Returns
    -------
    boxes : ndarray of float64, shape (n, 6)
        West, south, base, east, north and top, storage metres; flat where no height is known.
    said : dict
        `buildings` and `mean_height_m` of each.
    """
    table, step = groups.table, groups.side_m / _STEPS_A_SIDE
    made = np.empty((len(table), 6))
    share = _share(table)
    for low, high, moment, at in (("west", "east", "east_m3", 0), ("south", "north", "north_m3", 1)):
        middle = np.clip(table[moment] / table["plan_m2"], table[low], table[high])
        for side, column in ((low, at), (high, at + 3)):
            moved = middle + share * (table[side] - middle)
            made[:, column] = np.clip(_round(moved, step), table[low], table[high])
    known = table["known_m2"] > 0
    height = np.where(known, table["volume_m3"] / np.where(known, table["known_m2"], 1.0), 0.0)
    base = table["base_m3"] / table["plan_m2"]
    made[:, 2] = table["low_m"]
    top = np.clip(_round(base + height, step), table["low_m"], table["top_m"])
    made[:, 5] = np.where(known, top, table["low_m"])
    tall = _round(height, step).tolist()
    if not known.all():
        tall = [one if there else None for one, there in zip(tall, known.tolist(), strict=True)]
    return made, {
        BUILDINGS.name: Values(table["buildings"].tolist(), first),
        MEAN_HEIGHT.name: Values(tall, first),
    }


def _share(table: Array) -> Array:
    """How much smaller than the box around the buildings the plan of their block is, a side."""
    around = (table["east"] - table["west"]) * (table["north"] - table["south"])
    sound = around > 0
    return np.where(sound, np.minimum(np.sqrt(table["plan_m2"] / np.where(sound, around, 1.0)), 1.0), 1.0)


def _round(values: Array, step: float) -> Array:
    return np.asarray(np.rint(values / step) * step)

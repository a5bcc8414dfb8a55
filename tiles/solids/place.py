"""What can be asked for: a document, a subtree or the content of a tile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tiles.solids.grid import Root


@dataclass(frozen=True, slots=True)
class CityTileset:
    """`tileset.json` of the city."""


@dataclass(frozen=True, slots=True)
class CitySquare:
    """A square of the city's quadtree.

    Attributes
    ----------
    kind : str
        `content`, or `subtree` for the file whose topmost square it is.
    root : Root
        Of the tree.
    level, x, y : int
        Columns count from the west, rows from the south.
    """

    kind: Literal["content", "subtree"]
    root: Root
    level: int
    x: int
    y: int


Part = Literal["objects", "rooms"]
"""`objects`: elements, doors, windows and equipment; `rooms`: spaces, seen through."""


@dataclass(frozen=True, slots=True)
class ModelTileset:
    """`tileset.json` of a building model, or of its rooms."""

    model_id: int
    part: Part


@dataclass(frozen=True, slots=True)
class ModelFloor:
    """What a model has on one floor.

    Attributes
    ----------
    model_id : int
        `twin.model.id`.
    part : str
        `objects` or `rooms`.
    east, north : int
        Where the frame stands, storage metres: an address means the same for ever, whatever
        becomes of the model.
    floor_no : int or None
        None: what is on no floor.
    """

    model_id: int
    part: Part
    east: int
    north: int
    floor_no: int | None


Place = CityTileset | CitySquare | ModelTileset | ModelFloor

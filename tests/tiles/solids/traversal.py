"""What a client asks for to draw a view: the tree of tiles walked as CesiumJS walks it.

A tile in the picture is refined while its error is more than so many pixels. Refinement replaces, so a
tile gives way only when all its children have come, those beside the picture too: they are asked for
as well. A child outside of the picture is asked for and not looked into.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from tiles.solids.grid import Root

Square = tuple[int, int, int]
Vector = npt.NDArray[np.float64]
ERROR_PX, WIDTH_PX, HEIGHT_PX = 16.0, 1920, 1080
ANGLE = math.radians(36.87)
"""How high our own client's picture is; CesiumJS left to itself has 36 degrees too, at this shape."""


@dataclass(frozen=True)
class Camera:
    """An eye in the frame of the tiles.

    Attributes
    ----------
    at : ndarray of float64, shape (3,)
        East, north, up, metres.
    toward : ndarray of float64, shape (3,)
        Where it looks.
    """

    at: Vector
    toward: Vector

    def planes(self) -> list[Vector]:
        """Inward normals of the planes through the eye that bound the picture."""
        ahead = self.toward / np.linalg.norm(self.toward)
        up = np.array([0.0, 1.0, 0.0]) if abs(ahead[2]) > 0.99 else np.array([0.0, 0.0, 1.0])
        right = np.cross(ahead, up)
        right /= np.linalg.norm(right)
        upward, high = np.cross(right, ahead), math.tan(ANGLE / 2)
        wide = high * WIDTH_PX / HEIGHT_PX
        sides = [ahead * t + s * v for t, v in ((wide, right), (high, upward)) for s in (1, -1)]
        return [ahead, *sides]

    def sees(self, box: Vector) -> bool:
        """Whether a box of 3D Tiles along the axes may be in the picture."""
        away, half = box[:3] - self.at, box[[3, 7, 11]]
        return all(away @ n + half @ np.abs(n) >= 0 for n in self.planes())

    def distance_m(self, box: Vector) -> float:
        """How far away the nearest of a box is."""
        return float(np.linalg.norm(np.maximum(np.abs(box[:3] - self.at) - box[[3, 7, 11]], 0.0)))


@dataclass
class View:
    """What was asked for, and what of it is drawn in the end."""

    documents: int = 1
    subtrees: list[Square] = field(default_factory=list)
    contents: list[Square] = field(default_factory=list)
    drawn: list[Square] = field(default_factory=list)

    @property
    def requests(self) -> int:
        """Of everything."""
        return self.documents + len(self.subtrees) + len(self.contents)


def walk(root: Root, box_of: Callable[[Square], Vector | None], camera: Camera) -> View:
    """Walk the tree.

    Parameters
    ----------
    root : Root
        Of the tree.
    box_of : callable
        Bounding box of a tile; None where there is none.
    camera : Camera
        Who looks.
    """
    view, waiting = View(), [(0, 0, 0)]
    pixels = HEIGHT_PX / (2 * math.tan(ANGLE / 2))
    while waiting:
        square = level, x, y = waiting.pop()
        box = box_of(square)
        if box is None:
            continue
        top = level // root.subtree_levels * root.subtree_levels
        subtree = (top, x >> level - top, y >> level - top)
        if subtree not in view.subtrees:
            view.subtrees.append(subtree)
        view.contents.append(square)
        if not camera.sees(box):
            continue
        error_px = root.error_m / 2**level * pixels / max(camera.distance_m(box), 1e-6)
        if level < root.depth and error_px > ERROR_PX:
            waiting += [(level + 1, 2 * x + i, 2 * y + j) for i in (0, 1) for j in (0, 1)]
        else:
            view.drawn.append(square)
    return view


def cameras(middle: Vector, city_m: float) -> dict[str, Camera]:
    """Views of a city of so many metres around a place of its ground."""
    found = {}
    for name, away_m in (("whole city", city_m), ("half of it", city_m / 2), ("district", 6_000.0),
                         ("quarter", 2_500.0), ("near", 800.0), ("street", 250.0)):  # fmt: skip
        for how, pitch in (("straight down", 89.9), ("45 degrees", 45.0), ("oblique", 20.0)):
            down, across = math.sin(math.radians(pitch)), math.cos(math.radians(pitch))
            toward = np.array([0.6 * across, 0.8 * across, -down])
            found[f"{name}, {how}"] = Camera(middle - away_m * toward, toward)
    return found

"""A registered point cloud: its tree of tiles, and the points of one tile, read by themselves."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson

from tiles.solids.frame import Frame
from twin.crs import WGS84

Array = npt.NDArray[np.float64]
Place = tuple[int, int, int, int]
"""Level, and the numbers along east, north and up."""

_MM = 0.001
# as `loaders.pointcloud.point` writes them
_POINT = np.dtype(
    [
        ("place", "<i4", 3),
        ("height_m", "<f4"),
        ("intensity", "<u2"),
        ("classification", "u1"),
        ("colour", "u1", 3),
    ]
)


@dataclass(frozen=True, slots=True)
class Node:
    """A tile.

    Attributes
    ----------
    first, count : int
        Its points in the file.
    box : ndarray of shape (2, 3)
        Lowest and highest corner of all points in it and below it, metres in the frame.
    children : tuple of Place
        Tiles it is divided into.
    """

    first: int
    count: int
    box: Array
    children: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Cloud:
    """A point cloud in files that are named by their content.

    Attributes
    ----------
    folder : Path
        Where its files are.
    facts : dict
        Of `cloud.json`.
    nodes : dict of Place to Node
        Every tile; the root is ``(0, 0, 0, 0)``.
    """

    folder: Path
    facts: dict[str, Any]
    nodes: dict[Place, Node]

    @property
    def side_m(self) -> float:
        """Side of the root."""
        return float(self.facts["side_mm"]) * _MM

    def transform(self, geoid_offset_m: float) -> list[float]:
        """Frame to geocentric, column-major; raised by what the geoid offset has changed since loading."""
        frame = Frame.at(self.facts["lon"], self.facts["lat"], WGS84, geoid_offset_m)
        origin = frame.origin + frame.axes[2] * (geoid_offset_m - self.facts["geoid_offset_m"])
        return Frame(WGS84, geoid_offset_m, origin, frame.axes).transform

    def points(self, node: Node) -> npt.NDArray[np.void]:
        """Points of a tile.

        Raises
        ------
        OSError
            The file is not there, or is shorter than it was.
        """
        size = node.count * _POINT.itemsize
        with (self.folder / "points.bin").open("rb") as file:
            file.seek(node.first * _POINT.itemsize)
            data = file.read(size)
        if len(data) != size:
            raise OSError("points.bin ends early")
        return np.frombuffer(data, _POINT)


@lru_cache(maxsize=16)
def cloud(folder: Path) -> Cloud:
    """Open a point cloud.

    Raises
    ------
    OSError
        Its files are not there.
    """
    facts = orjson.loads((folder / "cloud.json").read_bytes())
    return Cloud(folder, facts, _tree(np.load(folder / "nodes.npy")))


def _tree(rows: npt.NDArray[np.void]) -> dict[Place, Node]:
    """Tiles with their children; the deepest first, so that boxes are known when a parent asks."""
    own = {(int(row["level"]), *(int(n) for n in row["cell"])): row for row in rows}
    places = set(own)
    for level, *cell in list(places):
        # a tile whose lots were all drawn by others still leads to its children
        for up in range(1, level + 1):
            places.add((level - up, *(n >> up for n in cell)))
    below: dict[Place, list[Place]] = {}
    nodes: dict[Place, Node] = {}
    for place in sorted(places, reverse=True):
        children = tuple(sorted(below.pop(place, [])))
        boxes = [nodes[child].box for child in children]
        first = count = 0
        if (row := own.get(place)) is not None:
            first, count = int(row["first"]), int(row["count"])
            boxes.append(np.array([row["low"], row["high"]]) * _MM)
        corners = np.array(boxes)
        box = np.array([corners[:, 0].min(axis=0), corners[:, 1].max(axis=0)])
        nodes[place] = Node(first, count, box, children)
        level, *cell = place
        if level:
            below.setdefault((level - 1, cell[0] >> 1, cell[1] >> 1, cell[2] >> 1), []).append(place)
    return nodes

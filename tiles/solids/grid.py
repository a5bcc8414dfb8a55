"""The quadtree of the city: fixed squares of the storage grid, whatever stands on them.

The middle of its plan says which leaf a building is in, its size up to which level above it is
drawn as itself. Both depend on the building alone, so an edit of one never moves another.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from tiles.address import Box
from twin.errors import InvalidParameter, NotFound

LEAF_M = 500.0
"""Side of a leaf, storage metres: some 150 buildings of an ordinary city, some 400 of a dense one."""
SMALL_M = 40.0
"""Smaller buildings are drawn as themselves in leaves only; with each level up it takes twice the size."""
_BLOCKS = 40
"""Blocks a side of a tile above the leaves: 1,600 of them stay far below the bytes a tile may have."""
_ERROR = 0.4
"""Geometric error a metre of a block's side: at 16 pixels no view of a city without gaps asks for a hundred
tiles (a test counts), and a block is 40 pixels wide when leaves take its place."""
_DEEPEST = 16
_LEVELS_A_SUBTREE = 6
_NAME = re.compile(r"(-?\d{1,6})\.(-?\d{1,6})\.(\d{1,2})", re.ASCII)


@dataclass(frozen=True)
class Root:
    """The square all is in.

    Attributes
    ----------
    west, south : int
        Its corner, in leaves from the origin of the storage grid.
    depth : int
        Levels below the root; its side is `2 ** depth` leaves.
    """

    west: int
    south: int
    depth: int

    @classmethod
    def of_leaves(cls, west: int, south: int, east: int, north: int) -> Root:
        """Smallest square of leaves from the south-west one that holds the north-east one.

        Raises
        ------
        NotFound
            They lie too far apart.
        """
        depth = max(east - west, north - south).bit_length()
        if depth > _DEEPEST:
            raise NotFound("the buildings lie too far apart for one tileset; look for misplaced ones")
        return cls(west, south, depth)

    @classmethod
    def named(cls, name: str) -> Root:
        """Read the name of a root in an address.

        Raises
        ------
        InvalidParameter
            It is not one.
        """
        match = _NAME.fullmatch(name)
        if match is None or int(match[3]) > _DEEPEST:
            raise InvalidParameter(
                "root", f"'{name[:40]}' is not west.south.depth; take it from tileset.json"
            )
        return cls(int(match[1]), int(match[2]), int(match[3]))

    @property
    def name(self) -> str:
        """How it stands in addresses: an old address means the same square for ever."""
        return f"{self.west}.{self.south}.{self.depth}"

    @cached_property
    def side_m(self) -> float:
        """Side, storage metres."""
        return LEAF_M * (1 << self.depth)

    @cached_property
    def middle(self) -> tuple[float, float]:
        """East and north of the middle, storage metres."""
        return self.west * LEAF_M + self.side_m / 2, self.south * LEAF_M + self.side_m / 2

    @property
    def levels(self) -> int:
        """Levels there are, the root's and the leaves' included."""
        return self.depth + 1

    @property
    def subtree_levels(self) -> int:
        """Levels a subtree file holds: even shares, at most six."""
        files = -(-self.levels // _LEVELS_A_SUBTREE)
        return -(-self.levels // files)

    @property
    def error_m(self) -> float:
        """Geometric error of the root, by the side of a block: how far its walls may stand from true ones."""
        return self.block_m(0) * _ERROR

    def box(self, level: int, x: int, y: int) -> Box:
        """Bounds of a square, storage metres."""
        side = self.side_m / (1 << level)
        west, south = self.west * LEAF_M + x * side, self.south * LEAF_M + y * side
        return west, south, west + side, south + side

    def block_m(self, level: int) -> float:
        """Side of a block of a level, storage metres; leaves have none."""
        return self.side_m / (1 << level) / _BLOCKS

    def check(self, level: int, x: int, y: int) -> None:
        """Refuse a square that does not exist.

        Raises
        ------
        InvalidParameter
            Too deep, or outside the root.
        """
        if not 0 <= level <= self.depth:
            raise InvalidParameter("level", f"{level} is outside 0..{self.depth}")
        last = (1 << level) - 1
        for name, value in (("x", x), ("y", y)):
            if not 0 <= value <= last:
                raise InvalidParameter(name, f"{value} is outside 0..{last} at level {level}")

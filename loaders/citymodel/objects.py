"""A city object as both formats give it, before it has a place in the city."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from loaders.citymodel.faces import Faces, Floats

_LOD = re.compile(r"\d(?:\.\d)?")


@dataclass(slots=True)
class Shape:
    """One geometry of an object.

    Attributes
    ----------
    lod : str
        As the file says: `0`, `1.2`, `2`; empty where it does not.
    solid : bool
        Whether the file says that it is one.
    faces : Faces
        East, north, up, in the CRS of the file; of a solid the outer shells.
    meanings : list of str or None
        Semantic class of each face.
    footprint : bool
        Whether it is the ground plan (`lod0FootPrint`, LoD 0) and no body.
    """

    lod: str
    solid: bool
    faces: Faces
    meanings: list[str | None]
    footprint: bool = False

    @property
    def rank(self) -> tuple[float, bool, int]:
        """More detail, then a solid, then more faces."""
        return (float(self.lod) if _LOD.fullmatch(self.lod) else 0.5, self.solid, len(self.faces))


@dataclass(slots=True)
class CityObject:
    """One object of a city model.

    Attributes
    ----------
    key : str
        CityJSON id or gml:id.
    kind : str
        Class as the file spells it.
    namespace : str
        Of the class, in CityGML.
    parent : str or None
        Key of what it is part of.
    attributes : dict
        Everything the file says of it.
    code_spaces : dict of str to str
        Code list a value comes from, where the file says.
    names : list of str
        Names, addresses aside.
    address : str or None
        In one line.
    shapes : list of Shape
    lines : list of ndarray of shape (n, 3)
        Centre lines.
    points : list of ndarray of shape (n, 3)
        Where the geometry is points.
    """

    key: str
    kind: str
    namespace: str = ""
    parent: str | None = None
    attributes: dict[str, Any] = field(default_factory=dict)
    code_spaces: dict[str, str] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    address: str | None = None
    shapes: list[Shape] = field(default_factory=list)
    lines: list[Floats] = field(default_factory=list)
    points: list[Floats] = field(default_factory=list)

    @property
    def best(self) -> Shape | None:
        """The body of highest detail; None where there is only a ground plan or nothing."""
        bodies = [shape for shape in self.shapes if not shape.footprint and len(shape.faces)]
        return max(bodies, key=lambda shape: shape.rank) if bodies else None

    @property
    def ground_plan(self) -> Shape | None:
        """Ground plan the file draws itself."""
        plans = [shape for shape in self.shapes if shape.footprint and len(shape.faces)]
        return plans[0] if plans else None


@dataclass(frozen=True, slots=True)
class Fault:
    """Why an object cannot be loaded."""

    code: str
    key: str
    message: str
    kind: str


class Notes:
    """What was met on the way and should be in the report."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.faults: list[Fault] = []

    def merge(self, other: Notes) -> None:
        """Take over what others met."""
        self.counts.update(other.counts)
        self.faults += other.faults

    def fault(self, code: str, key: str, kind: str, message: str) -> None:
        """An object that is left out."""
        self.faults.append(Fault(code, key, message, kind))


LARGEST_COORDINATE = 1e9


def unusable(points: Floats) -> tuple[str, str] | None:
    """Code and message where coordinates cannot be used."""
    if not len(points):
        return None
    if not np.isfinite(points[:, :2]).all() or np.isinf(points[:, 2]).any():
        return "coordinate-not-finite", "a coordinate is no finite number"
    if np.abs(points[:, :2]).max() > LARGEST_COORDINATE or np.nanmax(np.abs(points[:, 2]), initial=0) > 1e5:
        return (
            "coordinate-too-large",
            "a coordinate is further away than any place on earth; check the transform",
        )
    return None


def in_order(objects: Iterable[CityObject], notes: Notes) -> list[tuple[CityObject, str | None, int]]:
    """Objects with the key of their building and their depth below the topmost one, parents first.

    Objects in a circle of parents are faults; a parent that is not there leaves its object alone.
    """
    by_key: dict[str, CityObject] = {}
    for one in objects:
        if one.key in by_key:
            notes.fault(
                "key-duplicate",
                one.key,
                one.kind,
                "the key came before in this file; the first one was loaded",
            )
        else:
            by_key[one.key] = one
    placed = []
    for one in by_key.values():
        chain = [one]
        while (above := chain[-1].parent) is not None and above in by_key and len(chain) <= len(by_key):
            chain.append(by_key[above])
            if by_key[above] is one:
                break
        if len(chain) > 1 and (chain[-1] is one or len(chain) > len(by_key)):
            notes.fault("parent-cycle", one.key, one.kind, "it is a part of itself, by its parents")
            continue
        if chain[-1].parent is not None:
            notes.counts["parent-missing"] += 1
            chain[-1].parent = None
        building = next((c.key for c in chain[1:] if c.kind == "Building"), None)
        placed.append((one, building, len(chain) - 1))
    return sorted(placed, key=lambda entry: entry[2])

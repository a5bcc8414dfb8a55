"""Placements of a model, computed once where others stand on them.

`matrix @ point` is in the model's world, file units.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from loaders.ifc.chunk import Floats
from loaders.ifc.linear.layout import Unresolved
from loaders.ifc.linear.lines import Lines
from loaders.ifc.linear.place import linear_matrix
from loaders.ifc.placement import REACH_M
from loaders.ifc.units import Units

_DEEPEST = 500


class Positions:
    """Where the objects of a model are placed.

    Parameters
    ----------
    units : Units
        Scales of the project.
    lines : Lines, optional
        Its alignments; without them nothing that stands at a distance along a line is found.

    Attributes
    ----------
    length_m : float
        Metres in one unit of the file.
    unresolved : dict of str to int
        Placements that could not be followed, by why.
    """

    def __init__(self, units: Units, lines: Lines | None = None) -> None:
        self.length_m = units.length_m
        self._lines = lines
        self._known: dict[int, Floats | None] = {}
        self.unresolved: dict[str, int] = {}

    def origin_m(self, entity: Any) -> list[float] | None:
        """Origin of an object's placement, model metres; None where it has none, or none on Earth."""
        matrix = self.matrix(getattr(entity, "ObjectPlacement", None))
        if matrix is None:
            return None
        found = [float(value) * self.length_m for value in matrix[:3, 3]]
        return found if all(abs(value) < REACH_M for value in found) else None

    def matrix(self, placement: Any) -> Floats | None:
        """World matrix of a local or linear placement, file units; None for a grid, or one that fails."""
        chain = []
        placed = placement
        matrix: Floats | None = np.eye(4)
        while placement is not None and len(chain) < _DEEPEST:
            number = placement.id()
            if number in self._known:
                matrix = self._known[number]
                break
            if not (placement.is_a("IfcLocalPlacement") or self._along(placement)):
                matrix = None
                break
            chain.append((number, placement))
            placement = placement.PlacementRelTo
        if not chain and placement is None:
            return None
        for number, link in reversed(chain):
            own = None if matrix is None else self._own(link)
            matrix = None if own is None or matrix is None else matrix @ own
            # of thousands of placements few are ever asked again: those others stand on, and costly ones
            if link is not placed or not link.is_a("IfcLocalPlacement"):
                self._known[number] = matrix
        return matrix

    def _along(self, placement: Any) -> bool:
        return self._lines is not None and bool(placement.is_a("IfcLinearPlacement"))

    def _own(self, placement: Any) -> Floats | None:
        if placement.is_a("IfcLocalPlacement"):
            return axes_matrix(placement.RelativePlacement)
        assert self._lines is not None  # noqa: S101 - only then is a linear placement in the chain
        try:
            return linear_matrix(placement.RelativePlacement, self._lines)
        except Unresolved as error:
            self.unresolved[str(error)] = self.unresolved.get(str(error), 0) + 1
            stated = placement.CartesianPosition
            return None if stated is None else axes_matrix(stated)


def axes_matrix(placement: Any) -> Floats | None:
    """Matrix of an IfcAxis2Placement; the x axis is made square to z, as the schema says."""
    location = getattr(placement, "Location", None)
    coordinates = getattr(location, "Coordinates", None)
    if coordinates is None:
        return None
    x0, y0, z0 = [*coordinates, 0.0, 0.0][:3]
    axis = getattr(placement, "Axis", None)
    reference = getattr(placement, "RefDirection", None)
    if axis is None and reference is None:
        return np.array([[1, 0, 0, x0], [0, 1, 0, y0], [0, 0, 1, z0], [0, 0, 0, 1]], dtype=np.float64)
    z = _unit([*axis.DirectionRatios, 0.0][:3]) if axis is not None else (0.0, 0.0, 1.0)
    x = _unit([*reference.DirectionRatios, 0.0][:3]) if reference is not None else (1.0, 0.0, 0.0)
    if z is None or x is None:
        return None
    along = sum(a * b for a, b in zip(x, z, strict=True))
    x = _unit([a - along * b for a, b in zip(x, z, strict=True)])
    if x is None:
        return None
    y = (z[1] * x[2] - z[2] * x[1], z[2] * x[0] - z[0] * x[2], z[0] * x[1] - z[1] * x[0])
    return np.array(
        [[x[0], y[0], z[0], x0], [x[1], y[1], z[1], y0], [x[2], y[2], z[2], z0], [0, 0, 0, 1]],
        dtype=np.float64,
    )


def _unit(vector: list[float]) -> tuple[float, float, float] | None:
    length = math.sqrt(sum(value * value for value in vector))
    if not math.isfinite(length) or length < 1e-12:
        return None
    return (vector[0] / length, vector[1] / length, vector[2] / length)

"""Where the elements of a model are placed: enough to find its building before there is a shape."""

from __future__ import annotations

from typing import Any

import numpy as np

from loaders.ifc.chunk import Floats
from loaders.ifc.positions import Positions

_MOST = 4000
_BUILT = ("IfcWall", "IfcSlab", "IfcColumn", "IfcRoof", "IfcCurtainWall", "IfcSpace", "IfcBeam")


def element_origins(model: Any, positions: Positions) -> Floats:
    """Placement origins of walls, slabs, columns and spaces, model metres, shape (n, 3)."""
    found = [
        origin
        for kind in _BUILT
        for entity in model.by_type(kind)[:_MOST]
        if (origin := positions.origin_m(entity)) is not None
    ]
    return np.array(found, dtype=np.float64).reshape(-1, 3)

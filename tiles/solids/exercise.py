"""Every kernel of this package once, with the types it meets later: so they are compiled."""

from __future__ import annotations

import numpy as np
import shapely

from tiles.solids import codec, faces, surfaces
from tiles.solids.body import prism, wkb_of


def exercise() -> None:
    """Take a house with a courtyard from WKB to the bytes of a tile."""
    plan = shapely.box(0.0, 0.0, 9.0, 9.0) - shapely.box(3.0, 3.0, 6.0, 6.0)
    wkb = wkb_of(prism(shapely.MultiPolygon([plan]), 0.0, 9.0))
    read = surfaces.by_kernel([wkb], np.zeros(1, np.int64))
    if read is None:
        raise RuntimeError("the kernel does not read what shapely writes")
    made = faces.by_kernel(read)
    codec.vertices_by_kernel(made.points.astype(np.uint8))
    codec.indices_by_kernel(made.triangles.ravel())

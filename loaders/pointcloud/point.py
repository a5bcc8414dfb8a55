"""One point as it is kept, and the tiles they are kept in."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

POINT = np.dtype(
    [
        ("place", "<i4", 3),
        ("height_m", "<f4"),
        ("intensity", "<u2"),
        ("classification", "u1"),
        ("colour", "u1", 3),
    ]
)
"""Place: east, north, up of the cloud's frame, millimetres. Height: above the datum of the city."""

NODE = np.dtype(
    [
        ("level", "<i4"),
        ("cell", "<i8", 3),
        ("first", "<i8"),
        ("count", "<i8"),
        ("low", "<i4", 3),
        ("high", "<i4", 3),
    ]
)
"""A tile of the octree: its points stand together in the file, from `first` on."""

Points = npt.NDArray[np.void]
"""Of `POINT`."""
Nodes = npt.NDArray[np.void]
"""Of `NODE`."""

CLOUD, POINTS, NODES = "cloud.json", "points.bin", "nodes.npy"
"""Files of a registered cloud."""

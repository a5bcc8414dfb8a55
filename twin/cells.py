"""The grid of the touch log; see `twin/database/sql/018_cells.sql`."""

from __future__ import annotations

CELL_M = 250.0
"""Side of a cell, metres of the storage CRS."""
MOST_CELLS = 16_384
"""A shape whose box covers more cells touches its collection as a whole, and its middle."""

Cell = tuple[int, int]
"""floor(easting / CELL_M), floor(northing / CELL_M)."""

"""How many segments a circle gets, told before the kernel has to find out.

The fast kernel keeps the chord error by a detour that takes ten times as long as a fixed
number of segments (pipes, round columns). So the number that keeps the same error is
worked out here, and products are meshed in groups of the same number (`loaders.ifc.sorting`).
"""

from __future__ import annotations

import math

CHORD_ERROR_M = 0.001
TURN_RAD = 0.27
"""Largest distance of a chord from its arc, the toolkit's own, and largest turn between two chords:
24 to a circle, where the toolkit's 13 to 16 leave 2.5 % of the area out and OpenCASCADE 1 %."""
_STEP = 8
_MOST = 96


def segments(radius_m: float) -> int:
    """Segments of a full circle, rounded up to a multiple of 8; 0 for none, and for very large ones."""
    if not 0 < radius_m < math.inf:
        return 0
    turn = TURN_RAD
    if radius_m > CHORD_ERROR_M:
        turn = min(turn, 2 * math.acos(1 - CHORD_ERROR_M / radius_m))
    count = _STEP * math.ceil(2 * math.pi / turn / _STEP)
    return count if count <= _MOST else 0

"""Colours of points: by class, by height, or their own."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]

COLOURS = ("class", "height", "own")

# ASPRS LAS 1.4 R15, table 17; what is not listed is grey
_CLASSES = {
    0: (150, 150, 150), 1: (176, 176, 176), 2: (166, 132, 92), 3: (170, 204, 120), 4: (110, 170, 84),
    5: (46, 125, 60), 6: (214, 92, 72), 7: (255, 0, 255), 9: (66, 135, 214), 10: (120, 90, 130),
    11: (96, 96, 104), 13: (240, 200, 60), 14: (240, 160, 40), 15: (200, 120, 40), 16: (230, 180, 90),
    17: (130, 130, 160), 18: (255, 60, 200),
}  # fmt: skip
_OTHER = (150, 150, 150)

# from low to high, even steps; readable without telling red from green
_RAMP = np.array(
    [(68, 1, 84), (59, 82, 139), (33, 145, 140), (94, 201, 98), (253, 231, 37)], float
)  # matplotlib's viridis, at quarters (CC0)


def by_class(classification: npt.NDArray[np.uint8]) -> Bytes:
    """Colour of each ASPRS class."""
    table = np.full((256, 3), _OTHER, np.uint8)
    for number, colour in _CLASSES.items():
        table[number] = colour
    return table[classification]


def by_height(height_m: npt.NDArray[np.float32], low_m: float, high_m: float) -> Bytes:
    """From violet at the lowest point of the whole cloud to yellow at its highest."""
    share = np.clip((height_m.astype(np.float64) - low_m) / max(high_m - low_m, 1e-9), 0, 1)
    at = share * (len(_RAMP) - 1)
    low = np.minimum(at.astype(np.intp), len(_RAMP) - 2)
    part = (at - low)[:, None]
    return np.rint(_RAMP[low] * (1 - part) + _RAMP[low + 1] * part).astype(np.uint8)

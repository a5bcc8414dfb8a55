"""Noise without memory: normal numbers of (device, slot), the same live and in replay."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sample_data.gen.chance import normal, u

Array = NDArray[np.float64]
SLOT_S = 300
"""Seconds between two draws of a device's noise; in between it runs straight."""


@lru_cache(maxsize=64)
def _draws(codes: tuple[str, ...], slot: int) -> Array:
    return np.array([normal(code, f"noise{slot}|") for code in codes])


def noise(codes: tuple[str, ...], t_s: float) -> Array:
    """Smooth noise of unit deviation at Unix time `t_s`.

    `lerp(normal(id, floor(t/300)), normal(id, floor(t/300) + 1))`.
    """
    slot, along = divmod(t_s, SLOT_S)
    share = along / SLOT_S
    return (1 - share) * _draws(codes, int(slot)) + share * _draws(codes, int(slot) + 1)


@lru_cache(maxsize=256)
def uniforms(codes: tuple[str, ...], field: str) -> Array:
    """One uniform number in [0, 1) a device for a field."""
    return np.array([u(code, field) for code in codes])


def offline(codes: Sequence[str], day: int) -> NDArray[np.bool_]:
    """Which devices are silent on a day (days since 1970 in the city's time): 0.5 % of them."""
    return uniforms(tuple(codes), f"offline|{day}") < 0.005

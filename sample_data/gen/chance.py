"""Chance without a sequence: every draw is a pure function of (seed, id, field).

A sequential generator would reshuffle the whole city whenever one more number
is drawn; here a new field or a new building leaves all others as they were.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from itertools import accumulate
from typing import TypeVar

from sample_data.gen.config import config

SEED = int(config()["seed"])
_SCALE = 2.0**-64
_PREFIX = f"{SEED}|"
T = TypeVar("T")


def u(key: str, field: str) -> float:
    """Uniform number in [0, 1) of an object's field.

    `int(blake2b("seed|key|field", 8 bytes), big-endian) / 2^64`

    >>> u("B-000001", "floors")
    0.4087527193387149
    """
    digest = blake2b(f"{_PREFIX}{key}|{field}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") * _SCALE


def between(key: str, field: str, low: float, high: float) -> float:
    """Uniform number in [low, high)."""
    return low + (high - low) * u(key, field)


def whole(key: str, field: str, low: int, high: int) -> int:
    """Uniform whole number in [low, high], both ends included."""
    return low + int(u(key, field) * (high - low + 1))


def normal(key: str, field: str) -> float:
    """Mean 0, deviation 1: the sum of four uniforms (Irwin-Hall), cut at +-3.46."""
    a, b, c, d = (u(key, f"{field}{i}") for i in range(4))
    return (a + b + c + d - 2.0) * 1.7320508  # not sum(): since Python 3.12 it rounds floats otherwise


def pick(key: str, field: str, weights: Mapping[T, float]) -> T:
    """One of the keys of `weights`, by cumulative weight in their given order."""
    edges = list(accumulate(weights.values()))
    x = u(key, field) * edges[-1]
    for name, edge in zip(weights, edges, strict=True):
        if x < edge:
            return name
    return next(reversed(weights))


def yes(key: str, field: str, share: float) -> bool:
    """Whether a share of all objects that this one belongs to."""
    return u(key, field) < share

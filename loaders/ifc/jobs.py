"""The meshing of a model as a list of jobs, which one process does in turn or two share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from loaders.ifc.sorting import Sorted

_FINE, _COARSE = 16, 8
"""A job that is shared has twice this part of what is left of its group, but no less than this part of all of
it: the last are small, so that both processes end together. Large groups are in large models, of which each
job reads the whole once more."""
_LARGE = 512
_FEWEST, _MOST = 4, 8192
"""Bodies of a job, and products: the toolkit notes each of them before it starts, in memory."""


@dataclass(frozen=True, slots=True)
class Job:
    """Products meshed by one iterator.

    Attributes
    ----------
    products : list of entity_instance
        All that show one map are in one job.
    segments : int or None
        Segments of a full circle, for the fast kernel; None: the fast kernel would get them wrong.
    """

    products: list[Any]
    segments: int | None


def jobs_of(ways: Sorted, *, shared: bool) -> list[Job]:
    """Jobs of a model, the slow ones first.

    Parameters
    ----------
    ways : Sorted
        The products.
    shared : bool
        Whether two processes take turns; else a group is one job, or few if it is large.
    """
    groups: list[tuple[int | None, list[Any]]] = [(None, ways.risky), *ways.safe.items()]
    return [
        Job(products, segments)
        for segments, group in groups
        if group
        for products in _divided(group, ways.maps, shared=shared)
    ]


def _divided(group: list[Any], maps: dict[int, int], *, shared: bool) -> Iterator[list[Any]]:
    bodies = _by_map(group, maps)
    parts = _COARSE if len(bodies) > _LARGE else _FINE
    left = len(bodies)
    least = max(_FEWEST, left // parts) if shared else left
    part: list[Any] = []
    count = 0
    for together in bodies:
        part += together
        count += 1
        if count >= max(least, 2 * left // parts) or len(part) >= _MOST:
            yield part
            left -= count
            part, count = [], 0
    if part:
        yield part


def _by_map(group: list[Any], maps: dict[int, int]) -> list[list[Any]]:
    """A map is meshed once where all that show it are together."""
    found: dict[int, list[Any]] = {}
    for product in group:
        number = product.id()
        found.setdefault(maps.get(number, number), []).append(product)
    return list(found.values())

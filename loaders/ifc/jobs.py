"""The meshing of a model as a list of jobs, which one process does in turn or two share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from loaders.ifc.sorting import Sorted

_LARGEST, _SMALLEST = 4, 8
"""A job that is shared has a quarter of what is left of its group, but no less than an eighth of all of it:
few, for each reads the model once more, and the last are small, so that both end together."""
_FEWEST, _MOST = 4, 8192
"""Products of a job, unless more show one map; the toolkit notes each before it starts, in memory."""


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
    left = len(group)
    least = max(_FEWEST, left // _SMALLEST) if shared else left
    part: list[Any] = []
    for together in _by_map(group, maps):
        part += together
        if len(part) >= min(_MOST, max(least, left // _LARGEST)):
            yield part
            left -= len(part)
            part = []
    if part:
        yield part


def _by_map(group: list[Any], maps: dict[int, int]) -> Iterable[list[Any]]:
    """A map is meshed once where all that show it are together."""
    found: dict[int, list[Any]] = {}
    for product in group:
        number = product.id()
        found.setdefault(maps.get(number, number), []).append(product)
    return found.values()

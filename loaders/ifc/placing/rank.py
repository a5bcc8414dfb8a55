"""Which of several fits comes first, and whether it may be taken for the only one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from loaders.ifc.placing.case import Proposal
from loaders.ifc.placing.fit import RIVAL_FACTOR, RIVAL_M

_KEPT = 5
_HIT_M = 3.0
"""A reading that puts the model so near to a place where it fits means that place, not its twin beside."""


def best_first(proposals: Sequence[Proposal]) -> tuple[Proposal, ...]:
    """The best fits, without doubles; of those that fit alike, the nearest to its reading comes first.

    Rows of equal buildings are common: a millionth of a metre in the residual must not choose
    between them. They are all `ambiguous`, unless a reading hits one of them and one only.
    """
    ordered = _without_doubles(sorted(proposals, key=lambda one: one.residual_m))
    if not ordered:
        return ()
    best = ordered[0].residual_m
    worst = max(best * RIVAL_FACTOR, best + RIVAL_M)
    rivals = sorted((one for one in ordered if one.residual_m <= worst), key=_aside_m)
    rest = ordered[len(rivals) :]
    if len(rivals) > 1 and not _aside_m(rivals[0]) <= _HIT_M < _aside_m(rivals[1]):
        rivals = [replace(one, ambiguous=True) for one in rivals]
    return (*rivals, *rest)[:_KEPT]


def _aside_m(one: Proposal) -> float:
    return math.inf if one.aside_m is None else one.aside_m


def _without_doubles(proposals: Sequence[Proposal]) -> list[Proposal]:
    """Two readings often lead to one place; the one that lies nearer to it has the word."""
    kept: list[Proposal] = []
    for one in proposals:
        same = next((n for n, k in enumerate(kept) if np.abs(one.matrix - k.matrix).max() < 0.05), None)
        if same is None:
            kept.append(one)
        elif _aside_m(one) < _aside_m(kept[same]):
            kept[same] = one
    return kept

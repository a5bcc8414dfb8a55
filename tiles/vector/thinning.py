"""How a tile that is too full is made smaller: by size, or by lot, and never silently."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

LOTS = 1024
"""Points are drawn by lot of their own number, so that every tile draws the same ones."""
_AIM = 0.9


@dataclass(frozen=True, slots=True)
class Thinning:
    """What one layer of one tile leaves out.

    Attributes
    ----------
    min_m : float
        Areas and lines with a shorter larger side are left out, metres; 0: none.
    lots : int
        Of 1024 lots, those whose points are drawn.
    sized_lots : int
        Of 1024 lots, those whose areas and lines are drawn. All, unless their sides are all alike.
    """

    min_m: float = 0.0
    lots: int = LOTS
    sized_lots: int = LOTS

    def say(self, name: str, points: bool, left_out: int) -> str:
        """Rule and count for the header, empty where nothing was left out."""
        if not left_out:
            return ""
        how = f"one_in={LOTS / self.lots:.3g}" if points else f"min_m={self.min_m:.3g}"
        if not points and self.sized_lots < LOTS:
            how += f";one_in={LOTS / self.sized_lots:.3g}"
        return f"{name};{how};left_out={left_out}"


def shares(sizes: Sequence[int], limit: float) -> list[float]:
    """Share of each layer to keep so that all fit: the small ones whole, the large ones alike.

    Parameters
    ----------
    sizes : sequence of int
        Bytes of each layer.
    limit : float
        Bytes for all.

    Examples
    --------
    >>> shares([100, 100, 1000], 600)
    [1.0, 1.0, 0.34]
    """
    left, among = limit * _AIM, len(sizes)
    cap = 0.0
    for size in sorted(sizes):
        cap = left / among
        if size > cap:
            break
        left -= size
        among -= 1
    return [min(1.0, cap / size) if size else 1.0 for size in sizes]

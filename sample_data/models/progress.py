"""How a long step says where it is."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Called with what was just finished and the finished share, 0 to 1."""

    def __call__(self, what: str, share: float) -> None:
        """Tell."""


def silent(what: str, share: float) -> None:
    """Say nothing."""

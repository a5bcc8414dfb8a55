"""What every source of features answers to `loaders.load`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

from loaders.place import Stated
from twin.model.feature import FeatureBatch
from twin.model.load import LoadRequest, Rejection
from twin.store.loading import Load

Reject = Callable[[Rejection, str | None], None]
Progress = Callable[[str, int, int | None], None]
"""Called with what is being done, how many are done, and of how many (None: not known)."""


class Source(Protocol):
    """Something that can be read batch by batch. It only *states* where its coordinates lie."""

    @property
    def request(self) -> LoadRequest:
        """What is about to be loaded."""
        ...

    @property
    def stated(self) -> Stated:
        """The CRS as the file or the person says; known once `open` was called."""
        ...

    @property
    def software(self) -> dict[str, str]:
        """Versions of what reads the file."""
        ...

    @property
    def total(self) -> int | None:
        """How many features there are; None when the format does not say."""
        ...

    def batches(self, load: Load) -> Iterator[FeatureBatch]:
        """Features in the source's CRS; objects that cannot be read are given to `load.reject`."""
        ...

    def complete(self, batch: FeatureBatch, load: Load) -> FeatureBatch:
        """Add what needs the place: solids, geometry taken from the building."""
        ...

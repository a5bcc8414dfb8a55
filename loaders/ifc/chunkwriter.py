"""Shapes of the second step on their way to chunks."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from loaders.ifc.chunk import Chunk, Floats, Mesh

_FLUSH_S = 1.0
_FLUSH_TRIANGLES = 100_000


class ChunkWriter:
    """Collects shapes and writes a chunk a second, or when it has grown.

    Parameters
    ----------
    scratch : Path
        Chunks go here as `<prefix>-<job>-<n>.npz`.
    prefix : str
        Of their names.
    emit : callable
        Takes `{"objects": count}` for each chunk written.

    Attributes
    ----------
    count : int
        Objects added so far, in all jobs.
    """

    def __init__(self, scratch: Path, prefix: str, emit: Callable[[dict[str, Any]], None]) -> None:
        self._scratch, self._prefix, self._emit = scratch, prefix, emit
        self._job = self._number = self._triangles = 0
        self._chunk = Chunk()
        self._since = time.monotonic()
        self.count = 0

    def begin(self, job: int) -> None:
        """Go on with another job, the one before being flushed."""
        self._job, self._number = job, 0

    def add(
        self, global_id: str, key: str, make: Callable[[], Mesh | None], matrix: Floats, quality: str
    ) -> None:
        """Add an object; `make` is asked for its mesh where this chunk does not know `key`."""
        mesh = None
        if key not in self._chunk.by_key:
            mesh = make()
            if mesh is None:
                return
            self._triangles += len(mesh.triangles)
        self._chunk.add(key, mesh, global_id, matrix, quality)
        self.count += 1
        if self._triangles > _FLUSH_TRIANGLES or time.monotonic() - self._since > _FLUSH_S:
            self.flush()

    def flush(self) -> None:
        """Write what was added since the last time."""
        if self._chunk.placed:
            self._chunk.save(self._scratch / f"{self._prefix}-{self._job:03d}-{self._number:04d}.npz")
            self._emit({"objects": self.count})
            self._number += 1
        self._chunk, self._triangles, self._since = Chunk(), 0, time.monotonic()

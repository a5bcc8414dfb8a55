"""Whether the kernels of this package are there."""

from __future__ import annotations

from tiles.vector.snapshot.jit import READY


def ready() -> bool:
    """Whether kernels are compiled; where they are not, numpy makes the same bytes, slower.

    They are compiled behind the requests, with those of the vector tiles: compiling holds the
    interpreter for seconds. Who imports one does so where it is called, for it brings numba,
    which nobody shall wait for who has no machine code.
    """
    return READY.is_set()

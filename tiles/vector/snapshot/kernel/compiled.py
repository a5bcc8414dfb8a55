"""How loops are compiled: without the GIL, kept on disk, dividing by zero as numpy does."""

from __future__ import annotations

from numba import njit

compiled = njit(nogil=True, cache=True, error_model="numpy")
"""Decorator of every kernel. Where the machine code is kept is said by `snapshot.jit`."""

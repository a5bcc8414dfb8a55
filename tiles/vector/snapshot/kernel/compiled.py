"""How loops are compiled: without the GIL, kept on disk, dividing by zero as numpy does."""

from __future__ import annotations

from numba import njit

compiled = njit(nogil=True, cache=True, error_model="numpy")
"""Decorator of every kernel. Where the machine code is kept is said by `snapshot.jit`."""
inlined = njit(nogil=True, cache=True, error_model="numpy", forceinline=True)
"""Decorator of what runs for every feature or point: a call counts each of its arrays twice, which
takes longer than most of these loops. What is seldom needed stays a call, in a branch of its own."""

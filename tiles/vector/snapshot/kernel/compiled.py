"""How loops are compiled: without the GIL, kept on disk, dividing by zero as numpy does."""

from __future__ import annotations

from numba import njit

compiled = njit(nogil=True, cache=True, error_model="numpy")
"""Decorator of every kernel. Where the machine code is kept is said by `snapshot.jit`."""
leaf = njit(nogil=True, cache=True, error_model="numpy", _nrt=False)
"""Decorator of a kernel that makes no array: numba then counts none of those it is given, which it does
twice a call, by instructions that take longer than most of these loops. Making one is refused when
it is compiled."""
inlined = njit(nogil=True, cache=True, error_model="numpy", _nrt=False, forceinline=True)
"""Decorator of a leaf that runs for every feature or point. What is seldom needed stays a call, in a
branch of its own."""

"""Memory that the C library keeps for later, and a process that read a layer does not need any more."""

from __future__ import annotations

import ctypes


def give_back() -> None:
    """Return what is free to the system, where the library can (glibc)."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)

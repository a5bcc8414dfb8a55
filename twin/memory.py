"""What this process holds, and how it gives back what it no longer needs.

The allocator keeps freed memory for the next request; the peak of a child then is the sum of its
phases and not the largest one.
"""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

_STATM = Path("/proc/self/statm")
_LINUX = sys.platform == "linux"
_trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if _LINUX else None


def resident_bytes() -> int:
    """Memory of this process that is in use; 0 where the system does not say."""
    if not _LINUX:
        return 0
    return int(_STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def give_back() -> None:
    """Return freed memory to the system, where its C library can."""
    if _trim is not None:
        _trim(0)

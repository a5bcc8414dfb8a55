"""How much memory this process has needed at most."""

from __future__ import annotations

from pathlib import Path


def peak_mb() -> float:
    """Peak memory of this program, MB of 2^20 bytes.

    getrusage would count what the parent had when it forked.

    Raises
    ------
    RuntimeError
        The kernel does not tell.
    """
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("the kernel does not tell the peak of memory")

"""`python -m tests.loaders.raster.peak FILE`: convert a raster in a child and print the most memory it had.

A process of its own, because a child begins with what its parent held when it forked.
"""

from __future__ import annotations

import resource
import sys
import tempfile
from pathlib import Path

from loaders.isolate import run_isolated


def main() -> None:
    """Print the peak of the child's resident memory, MiB."""
    with tempfile.TemporaryDirectory() as scratch:
        run_isolated(
            "loaders.raster.read:convert",
            {"path": sys.argv[1], "kind": "auto", "crs": None},
            memory_mb=4096,
            seconds=600,
            scratch=Path(scratch),
        )
    print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)


if __name__ == "__main__":
    main()

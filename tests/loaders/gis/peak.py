"""`python -m tests.loaders.gis.peak FILE`: load a file and print the most memory it took, MB of 2^20 bytes.

A process of its own, because the peak of one is never forgotten: this program's, and that of the child
that reads the file for it. The city is that of `DATABASE_URL`.
"""

from __future__ import annotations

import json
import sys
import threading
from pathlib import Path

from loaders.gis.load import load_gis
from loaders.gis.mapping import ColumnRule, FieldMapping
from tests.benchmarks.peak import peak_mb
from twin.database.connection import Database
from twin.settings import Settings

_LOOK_S = 0.01


class _Children:
    """The most memory any child had, looked up again and again: the system forgets it with the child."""

    def __init__(self) -> None:
        self.peak_mb = 0.0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> _Children:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(_LOOK_S):
            for children in Path("/proc/self/task").glob("*/children"):
                for pid in children.read_text(encoding="ascii").split():
                    self.peak_mb = max(self.peak_mb, _peak_mb(int(pid)))


def _peak_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status")
    try:
        # before it runs its own program a child counts what we had
        if Path(f"/proc/{pid}/cmdline").read_bytes() == Path("/proc/self/cmdline").read_bytes():
            return 0.0
        lines = status.read_text(encoding="ascii").splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")), 0.0)


def main() -> None:
    """Load and print."""
    mapping = FieldMapping(
        name="peak",
        collection="storey",
        key=("code",),
        columns={"global_id": ColumnRule("code"), "label": ColumnRule("label")},
    )
    settings = Settings.from_env()
    database = Database.from_settings(settings, "peak", bounded=False)
    try:
        with _Children() as children:
            report = load_gis(Path(sys.argv[1]), database, settings, mapping=mapping)
    finally:
        database.close()
    rows = report.counts["storey"].written
    print(json.dumps({"rows": rows, "parent_mb": peak_mb(), "child_mb": children.peak_mb}))


if __name__ == "__main__":
    main()

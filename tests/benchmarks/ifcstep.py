"""One step of loading a model in this process: `python -m tests.benchmarks.ifcstep STEP FILE SCRATCH`.

Prints one line of JSON with the peak of memory. Steps leave their results in the scratch
folder, where the next one finds them.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from tests.benchmarks.peak import peak_mb

_ROLES = ("space", "opening", "equipment", "element")
_PLACE = [1, 0, 0, 500_000, 0, 1, 0, 3_370_000, 0, 0, 1, 20, 0, 0, 0, 1]
"""Somewhere in the area of EPSG:4547: only what has a place gets solids and drawings."""


def read(file: Path, scratch: Path) -> None:
    """The meaning; and what the next step is told, as the parent would tell it."""
    from loaders.ifc.meaning import read_meaning

    plain = read_meaning(scratch, lambda event: None, path=str(file), max_bytes=10**10)
    (scratch / "plain.json").write_text(json.dumps(plain))


def wanted(scratch: Path) -> None:
    """Write down what has a body, in a process of its own: the parent's memory is not the child's."""
    from loaders.ifc.outcome import load_meaning

    meaning = load_meaning(scratch)
    names = [row["global_id"] for role in _ROLES for row in meaning[role] if row["shown"]]
    (scratch / "wanted.json").write_text(json.dumps(names))


def mesh(_file: Path, scratch: Path) -> None:
    """The first rung."""
    from loaders.ifc.meshing import mesh_model

    if os.fork() == 0:
        wanted(scratch)
        os._exit(0)
    os.wait()
    plain: dict[str, Any] = json.loads((scratch / "plain.json").read_text())
    mesh_model(
        scratch,
        lambda event: None,
        plain=plain["plain"],
        form=plain["form"],
        intact=plain["intact"],
        rung="split",
        wanted=str(scratch / "wanted.json"),
        prefix="split",
    )


def derive(_file: Path, scratch: Path) -> None:
    """Plans, solids, outlines, the graph."""
    from loaders.ifc.deriving import derive_shapes

    chunks = sorted(path.name for path in scratch.glob("split-*.npz"))
    derive_shapes(scratch, lambda event: None, chunks=chunks, matrix=_PLACE, srid=4547)


def load(file: Path, _scratch: Path) -> None:
    """The parent: a whole load into the database of `DATABASE_URL`; its children are not counted."""
    from loaders.ifc.load import load_ifc
    from twin.database.connection import Database
    from twin.settings import Settings

    settings = Settings.from_env()
    load_ifc(file, Database.from_settings(settings, bounded=False), settings, force=True)


if __name__ == "__main__":
    {"read": read, "mesh": mesh, "derive": derive, "load": load}[sys.argv[1]](
        Path(sys.argv[2]), Path(sys.argv[3])
    )
    print(json.dumps({"peak_mb": peak_mb()}), flush=True)
    os._exit(0)  # native libraries like to crash when they are torn down

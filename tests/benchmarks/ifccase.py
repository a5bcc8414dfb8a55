"""One IFC file opened and meshed in this process: `python -m tests.benchmarks.ifccase TOOL FILE [shown]`.

Prints one line of JSON. Starting Python and importing are not timed; what the child of
`twin load` does is: opening the file, choosing kernels, meshing and writing the chunks.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ifcopenshell
import ifcopenshell.geom
import numpy as np

from loaders.ifc.bodies import has_body
from loaders.ifc.chunk import load_chunk
from loaders.ifc.meshing import mesh_model
from tests.benchmarks.peak import peak_mb

_NOT_SHOWN = ("IfcSpace", "IfcOpeningElement", "IfcSpatialZone")


def ours(file: Path, wanted: list[str], scratch: Path) -> Callable[[], dict[str, Any]]:
    """The second step of `twin load` on its first rung."""
    (scratch / "wanted.json").write_text(json.dumps(wanted))

    def mesh() -> dict[str, Any]:
        mesh_model(
            scratch,
            lambda event: None,
            plain=str(file),
            form="step",
            intact=True,
            rung="split",
            wanted=str(scratch / "wanted.json"),
            prefix="split",
        )
        return {"chunks": sorted(path.name for path in scratch.glob("split-*.npz"))}

    return mesh


def opencascade(file: Path, wanted: list[str], scratch: Path) -> Callable[[], dict[str, Any]]:
    """The toolkit's default: its iterator on OpenCASCADE, one thread, same products, buffers touched."""
    names = set(wanted)

    def mesh() -> dict[str, Any]:
        model = ifcopenshell.open(str(file))
        products = [p for p in model.by_type("IfcProduct") if p.GlobalId in names]
        iterator = ifcopenshell.geom.iterator(ifcopenshell.geom.settings(), model, 1, include=products)
        kept: dict[str, int] = {}
        shown = 0
        more = bool(products) and iterator.initialize()
        while more:
            shape = iterator.get()
            geometry = shape.geometry
            if geometry.id not in kept:
                np.frombuffer(geometry.verts_buffer, np.float64).copy()
                kept[geometry.id] = len(np.frombuffer(geometry.faces_buffer, np.int32).copy()) // 3
            shown += 1
            more = iterator.next()
        return {"shown": shown, "unique": len(kept), "triangles": sum(kept.values())}

    return mesh


def wanted_of(file: Path, *, shown: bool) -> list[str]:
    """GlobalIds of what has a body; with `shown` only what a viewer draws."""
    model = ifcopenshell.open(str(file))
    return [
        product.GlobalId
        for product in model.by_type("IfcProduct")
        if has_body(product) and not (shown and any(product.is_a(kind) for kind in _NOT_SHOWN))
    ]


def main() -> None:
    """Measure once."""
    tool, file = sys.argv[1], Path(sys.argv[2])
    if tool == "wanted":
        print(json.dumps(wanted_of(file, shown="shown" in sys.argv)))
        return
    wanted = json.loads(sys.stdin.read())
    with tempfile.TemporaryDirectory(prefix="twin-benchmark-") as folder:
        print(json.dumps(measure(tool, file, wanted, Path(folder))))


def measure(tool: str, file: Path, wanted: list[str], scratch: Path) -> dict[str, Any]:
    """Seconds, memory and counts of one run."""
    mesh = {"ours": ours, "opencascade": opencascade}[tool](file, wanted, scratch)
    started, processor = time.perf_counter(), _processor_s()
    counts = mesh()
    wall_s, cpu_s = time.perf_counter() - started, _processor_s() - processor
    rss_mb = peak_mb()
    if "chunks" in counts:
        loaded = [load_chunk(scratch / name) for name in counts["chunks"]]
        counts = {
            "shown": sum(len(chunk.placed) for chunk in loaded),
            "unique": sum(len(chunk.meshes) for chunk in loaded),
            "triangles": sum(len(mesh.triangles) for chunk in loaded for mesh in chunk.meshes),
        }
    return {"wall_s": wall_s, "cpu_s": cpu_s, "rss_mb": rss_mb, **counts}


def _processor_s() -> float:
    """Of this process and of those it waited for: a small model is meshed by two."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


if __name__ == "__main__":
    main()

"""Peak memory of the children that read a building model, against the size of the file.

No public model at hand is over 5 MB, so copies of one are put beside each other in one file
(new entity numbers, new GlobalIds, each on a place of its own) until it has 5 and 20 MB. Every
step runs alone in a process; `peak_mb` is its `VmHWM`. A model of up to 8 MB is meshed by two,
which share most of their pages: there it is of the first (both together: decision 6). `load` is
the parent of the others, which writes to a database. `floor_mb` is the same step on the sample
pump house, 0.1 MB: Python, the toolkit and its kernels. `times` is what is above the floor, in
times the size of the file, and `times_all` the peak itself.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any
from unittest.mock import patch

import ifcopenshell
import ifcopenshell.guid
import ifcopenshell.util.unit

from sample_data.models.build import build_models
from tests.benchmarks.server import Options, scratch_database

_ROOT = Path(__file__).resolve().parent.parent.parent
_SIZES_MB = (5, 20)
_APART_M = 400.0
_STEPS = ("read", "mesh", "derive", "load")
_REAL = ("AC11-Institute-Var-2-IFC.ifczip", "HHS-Office_construction.ifczip")
_LONGEST_S = 300
_NUMBER = re.compile(r"#(\d+)")
_ROOTED = re.compile(r"(=\s*IFC\w+\s*\(\s*)'([0-9A-Za-z_$]{22})'")


def run(options: Options) -> list[dict[str, Any]]:
    """Rows for the report: one a file and step."""
    with (
        tempfile.TemporaryDirectory() as name,
        scratch_database(options.settings, "ifcmemory") as settings,
        patch.dict(os.environ, DATABASE_URL=settings.dsn),
    ):
        folder = Path(name)
        small, models = _models(folder)
        floor = _peaks(small, folder)
        rows = []
        for model in models:
            for size in _SIZES_MB[-1:] if options.quick else _SIZES_MB:
                rows += _row(composed(model, size, folder), floor, folder)
    return rows


def _row(file: Path, floor: dict[str, float], folder: Path) -> list[dict[str, Any]]:
    size_mb = file.stat().st_size / 1e6
    return [
        {
            "file": file.name,
            "mb": round(size_mb, 1),
            "step": step,
            "floor_mb": round(floor[step]),
            "peak_mb": round(peak_mb),
            "times": round((peak_mb - floor[step]) / size_mb, 1),
            "times_all": round(peak_mb / size_mb, 1),
        }
        for step, peak_mb in _peaks(file, folder).items()
    ]


def _models(folder: Path) -> tuple[Path, list[Path]]:
    """The model of the floor, and those to be copied: the sample tower, and real ones if there are any."""
    built = {m.path.name[:6]: m.path for m in build_models(folder, only={"LH-PMP-03", "LH-RES-01"})}
    found = [built["LH-RES"]]
    data = Path(os.environ.get("TWIN_SHARED_DATA") or _ROOT.parent / "shared" / "data") / "ifc"
    for real in (data / name for name in _REAL if (data / name).exists()):
        if real.suffix == ".ifczip":
            with zipfile.ZipFile(real) as archive:
                member = next(m for m in archive.namelist() if m.lower().endswith(".ifc"))
                plain = folder / f"{real.stem}.ifc"
                plain.write_bytes(archive.read(member))
            found.append(plain)
        else:
            found.append(real)
    return built["LH-PMP"], found


def composed(model: Path, size_mb: float, folder: Path) -> Path:
    """Copies of a model in one file of at least a size, each `_APART_M` from the one before."""
    parts: list[str] = []
    head, written, first = "", 0, 0
    while written < size_mb * 1e6:
        opened = ifcopenshell.open(str(model))
        _shift(opened, len(parts) * _APART_M)
        text = opened.to_string()
        head, _, rest = text.partition("DATA;")
        body = _renumbered(rest[: rest.rindex("ENDSEC;")], first, len(parts))
        first += max(int(entity.id()) for entity in opened)
        written += len(body.encode())
        parts.append(body)
    file = folder / f"{model.stem}-x{len(parts)}.ifc"
    file.write_text(f"{head}DATA;{''.join(parts)}ENDSEC;\nEND-ISO-10303-21;\n", encoding="utf-8")
    return file


def _shift(model: Any, east_m: float) -> None:
    """Move everything by moving what is placed on nothing else."""
    scale = ifcopenshell.util.unit.calculate_unit_scale(model)
    for placement in model.by_type("IfcLocalPlacement"):
        if placement.PlacementRelTo is None:
            axes = placement.RelativePlacement
            x, *others = axes.Location.Coordinates
            axes.Location = model.create_entity("IfcCartesianPoint", (x + east_m / scale, *others))


def _renumbered(body: str, first: int, copy: int) -> str:
    def identity(match: re.Match[str]) -> str:
        digest = hashlib.blake2b(f"{match[2]}{copy}".encode(), digest_size=16).hexdigest()
        return f"{match[1]}'{ifcopenshell.guid.compress(digest)}'"

    return _ROOTED.sub(identity, _NUMBER.sub(lambda match: f"#{int(match[1]) + first}", body))


def _peaks(file: Path, folder: Path) -> dict[str, float]:
    """Peak of each step, MB of 2^20 bytes; every one in a process of its own."""
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        return {step: _peak(step, file, Path(scratch)) for step in _STEPS}


def _peak(step: str, file: Path, scratch: Path) -> float:
    command = [sys.executable, "-m", "tests.benchmarks.ifcstep", step, str(file), str(scratch)]
    done = subprocess.run(command, cwd=_ROOT, check=True, capture_output=True, text=True, timeout=_LONGEST_S)
    return float(json.loads(done.stdout.strip().splitlines()[-1])["peak_mb"])

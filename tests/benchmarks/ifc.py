"""Opening and meshing building models: ours against OpenCASCADE and the peers of the browser world.

Every run is a process of its own; inside it opening the file and meshing it is timed,
starting Python or Node, importing and compiling WASM is not, on any side. Ours writes its
meshes to disk in that time as `twin load` does; the peers leave them in memory. Contestants
take turns in every round, and the best round counts, once by the clock and once by
processor seconds, which are steadier on a shared machine. A small model is meshed by two
processes on our side: both count as processor seconds, and `peak_mb` is of the first.

`ours` and `opencascade` mesh everything the loader wants, rooms and openings included;
`ours, shown` leaves those out, as web-ifc does by itself and fragments by its settings: this
is the one to compare with them. All keep their own tolerance for curves: ours is OpenCASCADE's
(1 mm), web-ifc gives a circle 12 segments. fragments writes its file with all properties.

The models are the sample city's, and the real ones of the shared data folder when it is
there. Peers are installed by npm into the state directory; without npm only OpenCASCADE plays.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from sample_data.models.build import build_models
from tests.benchmarks.server import Options

_ROOT = Path(__file__).resolve().parent.parent.parent
_SCRIPT = Path(__file__).parent / "peers" / "ifc.mjs"
PEERS = {"web-ifc": "0.0.78", "@ifc-lite/geometry": "7.4.0", "@thatopen/fragments": "3.4.7"}
_SMALLEST_BYTES = 500_000
_SCHEMAS = (b"'IFC2X3'", b"'IFC4'", b"'IFC4X3_ADD2'")
_LONGEST_S = 60


def run(options: Options) -> list[dict[str, Any]]:
    """Rows for the report: one a file and contestant, and the medians of the ratios."""
    peers = _install(options.settings.state_dir / "cache" / "ifc-peers")
    with tempfile.TemporaryDirectory() as folder:
        rows = []
        for file in _files(Path(folder), quick=options.quick):
            rows += _compare(file, peers, options.rounds)
    return rows + _medians(rows)


def _compare(file: Path, peers: Path | None, rounds: int) -> list[dict[str, Any]]:
    everything, shown = _wanted(file), _wanted(file, "shown")
    contestants = {
        "ours": lambda: _python("ours", file, everything),
        "ours, shown": lambda: _python("ours", file, shown),
        "opencascade": lambda: _python("opencascade", file, everything),
    }
    if peers is not None:
        for name in PEERS:
            contestants[name] = lambda name=name: _node(name, file, peers)
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in contestants}
    names = list(contestants)
    for number in range(rounds):
        turned = number % len(names)
        for name in names[turned:] + names[:turned]:
            runs[name].append(contestants[name]())
    return [_row(file, name, runs) for name in names]


def _row(file: Path, name: str, runs: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    found = [run for run in runs[name] if "failed" not in run]
    row: dict[str, Any] = {"file": file.name, "mb": round(file.stat().st_size / 1e6, 1), "what": name}
    if not found:
        return row | {"remark": runs[name][0]["failed"]}
    mine = runs["ours" if name in ("ours", "opencascade") else "ours, shown"]
    fallen = [run["failed"] for run in mine if "failed" in run]
    if fallen:
        raise RuntimeError(f"{file.name}: ours {fallen[0]}")  # a report without us would be no report
    if len({run.get("shown") for run in mine}) > 1:
        raise RuntimeError(f"{file.name}: ours shows {[run['shown'] for run in mine]} products by turns")
    best = {key: min(run[key] for run in found) for key in ("wall_s", "cpu_s")}
    own = {key: min(run[key] for run in mine) for key in best}
    return row | {
        "wall_s": round(best["wall_s"], 2),
        "cpu_s": round(best["cpu_s"], 2),
        "ratio": round(best["wall_s"] / own["wall_s"], 2),
        "cpu_ratio": round(best["cpu_s"] / own["cpu_s"], 2),
        "peak_mb": round(max(run["rss_mb"] for run in found)),
        **{key: found[0].get(key, "") for key in ("shown", "unique", "triangles")},
    }


def _medians(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Median over the files of each contestant's time over ours; above 1 ours is faster."""
    medians = []
    for name in dict.fromkeys(row["what"] for row in rows):
        found = [row for row in rows if row["what"] == name and "ratio" in row]
        if found and not name.startswith("ours"):
            medians.append(
                {
                    "file": f"median of {len(found)}",
                    "what": name,
                    "ratio": round(statistics.median(row["ratio"] for row in found), 2),
                    "cpu_ratio": round(statistics.median(row["cpu_ratio"] for row in found), 2),
                }
            )
    return medians


def _files(folder: Path, *, quick: bool) -> list[Path]:
    """STEP files of schemas all can read; those in archives are unpacked."""
    # the road is IFC 4.3 and stands on linear placements, which the peers do not follow
    build_models(folder, only={"LH-MAL-02", "LH-PMP-03", "LH-RES-01"})
    sample = sorted(folder.glob("*.ifc"))
    data = Path(os.environ.get("TWIN_SHARED_DATA") or _ROOT.parent / "shared" / "data") / "ifc"
    real = sorted(data.glob("*.ifc"))
    for archive in sorted(data.glob("*.ifczip")):
        with zipfile.ZipFile(archive) as opened:
            for member in opened.infolist():
                if member.filename.lower().endswith(".ifc") and member.compress_type != 9:
                    target = folder / f"{archive.stem}.ifc"
                    target.write_bytes(opened.read(member))
                    real.append(target)
    readable = [f for f in real if f.stat().st_size > _SMALLEST_BYTES and _readable(f)]
    return sample + (sorted(readable, key=lambda f: f.stat().st_size)[2:7] if quick else readable)


def _readable(file: Path) -> bool:
    with file.open("rb") as opened:
        head = opened.read(65_536).upper()
    return any(schema in head for schema in _SCHEMAS)


def _install(folder: Path) -> Path | None:
    """The peers' packages, installed once; None where there is no npm."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "package.json").write_text(json.dumps({"private": True, "dependencies": PEERS}))
    command = [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return folder


def _wanted(file: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "tests.benchmarks.ifccase", "wanted", str(file), *arguments]
    return subprocess.run(command, cwd=_ROOT, check=True, capture_output=True, text=True).stdout


def _python(tool: str, file: Path, wanted: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.benchmarks.ifccase", tool, str(file)]
    return _answer(command, _ROOT, wanted)


def _node(tool: str, file: Path, peers: Path) -> dict[str, Any]:
    return _answer(["node", str(_SCRIPT), tool, str(file)], peers, "")


def _answer(command: list[str], folder: Path, said: str) -> dict[str, Any]:
    """What the run measured, or why it did not end: a peer that falls is part of the report."""
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            input=said,
            capture_output=True,
            text=True,
            timeout=_LONGEST_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {"failed": f"took over {_LONGEST_S} s"}
    lines = done.stdout.strip().splitlines()
    if done.returncode != 0 or not lines:
        said_last = (done.stderr.strip().splitlines() or [""])[-1][:120]
        return {"failed": f"stopped with code {done.returncode}: {said_last}"}
    answer: dict[str, Any] = json.loads(lines[-1])
    return answer

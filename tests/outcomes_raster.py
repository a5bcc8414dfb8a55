"""Try every real raster and write down what became of it.

    python -m tests.outcomes_raster            # print
    python -m tests.outcomes_raster --write    # docs/reference/tested-files/raster.md

Names, counts and reasons only; the files themselves are not ours to publish.
"""

from __future__ import annotations

import argparse
import os
import re
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

from loaders.raster.load import load_raster
from tests.benchmarks.server import scratch_database
from tiles.raster.source import RasterSource
from twin.database.connection import Database
from twin.errors import TwinError
from twin.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "reference" / "tested-files" / "raster.md"
LIMIT_S = 60


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file."""

    file: str
    verdict: str
    kind: str
    size: str
    crs: str
    remark: str
    seconds: float


def attempt(path: Path, database: Database, settings: Settings) -> Outcome:
    """Load one file; anything but a `TwinError` is a fault of ours and comes through."""
    began = time.monotonic()
    try:
        report = load_raster(path, database, settings)
    except TwinError as error:
        text = re.sub(r"\s+", " ", str(error)).replace("|", "/")
        return Outcome(path.name, "refused", "", "", "", text, time.monotonic() - began)
    row = database.row("select * from twin.coverage where load_id = %(id)s", {"id": report.load_id})
    assert row is not None
    document = RasterSource(database, settings).tilejson("raster", row["name"], "")
    size = f"{row['width']} x {row['height']} x {row['bands']} {row['dtype']}"
    remark = "; ".join(report.warnings)
    crs = f"{row['crs']}, {row['pixel_m']:.3g} m, to z{document['maxzoom']}"
    return Outcome(path.name, "loaded", row["kind"], size, crs, remark, time.monotonic() - began)


def outcomes(data: Path, settings: Settings) -> list[Outcome]:
    """Outcome of every file, each loaded into one fresh city."""
    with tempfile.TemporaryDirectory() as folder, scratch_database(settings) as scratch:
        own = replace(scratch, state_dir=Path(folder))
        database = Database.from_settings(own, "outcomes", bounded=False)
        try:
            return [attempt(path, database, own) for path in sorted((data / "raster").iterdir())]
        finally:
            database.close()


def page(found: list[Outcome]) -> str:
    """The table."""
    loaded = sum(one.verdict == "loaded" for one in found)
    lines = [
        "# Tested files: rasters",
        "",
        "Made by `python -m tests.outcomes_raster --write`: every file is read through in a limited child",
        "process, written as a Cloud Optimized GeoTIFF and registered, or refused.",
        "",
        f"{len(found)} files: {loaded} loaded, {len(found) - loaded} refused with a reason; "
        f"none crashed the loader, none took over {LIMIT_S} s.",
        "",
        "| file | outcome | kind | pixels | CRS, ground size of a pixel, deepest zoom | remark |",
        "| --- | --- | --- | --- | --- | --- |",
        *(f"| {o.file} | {o.verdict} | {o.kind} | {o.size} | {o.crs} | {o.remark} |" for o in found),
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Print or write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    write = parser.parse_args().write
    data = Path(os.environ.get("TWIN_SHARED_DATA") or ROOT.parent / "shared" / "data")
    found = outcomes(data, Settings.from_env())
    slow = [one.file for one in found if one.seconds > LIMIT_S]
    if slow:
        raise SystemExit(f"over {LIMIT_S} s: {', '.join(slow)}")
    if write:
        PAGE.parent.mkdir(parents=True, exist_ok=True)
        PAGE.write_text(page(found), encoding="utf-8")
    else:
        print(page(found))


if __name__ == "__main__":
    main()

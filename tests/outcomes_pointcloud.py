"""Try every real point cloud and write down what became of it.

    python -m tests.outcomes_pointcloud            # print
    python -m tests.outcomes_pointcloud --write    # docs/reference/tested-files/pointcloud.md

Names, counts and reasons only; the files themselves are not ours to publish.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

from loaders.pointcloud.load import load_point_cloud
from tests.benchmarks.server import scratch_database
from tiles.points.source import PointSource
from twin.database.connection import Database
from twin.errors import TwinError
from twin.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "reference" / "tested-files" / "pointcloud.md"
LIMIT_S = 60
DECLARED = {"lone-star.copc.laz": "EPSG:32613"}
"""What a person would declare after the refusal: the numbers are those of that zone."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file."""

    file: str
    verdict: str
    points: str
    crs: str
    tiles: str
    remark: str
    seconds: float


def attempt(path: Path, database: Database, settings: Settings, crs: str | None = None) -> Outcome:
    """Load one file; anything but a `TwinError` is a fault of ours and comes through."""
    began = time.monotonic()
    name = f"{path.name} --crs {crs}" if crs else path.name
    try:
        report = load_point_cloud(path, database, settings, crs=crs)
    except TwinError as error:
        text = re.sub(r"\s+", " ", str(error)).replace("|", "/")
        return Outcome(name, "refused", "", "", "", text, time.monotonic() - began)
    row = database.row("select * from twin.point_cloud where load_id = %(id)s", {"id": report.load_id})
    assert row is not None
    document = json.loads(PointSource(database, settings).tileset(row["name"]).plain())
    tiles, waiting = 0, [document["root"]]
    while waiting:
        tile = waiting.pop()
        tiles += 1
        waiting += tile.get("children", [])
    classes = ", ".join(f"{number}: {count:,}" for number, count in row["classes"].items())
    what = f"{row['points']:,} ({report.georeference['format']}; {classes})"
    remark = "; ".join(report.warnings)
    return Outcome(name, "loaded", what, row["crs"], str(tiles), remark, time.monotonic() - began)


def outcomes(data: Path, settings: Settings) -> list[Outcome]:
    """Outcome of every file, each loaded into one fresh city; once more where a CRS can be declared."""
    with tempfile.TemporaryDirectory() as folder, scratch_database(settings) as scratch:
        own = replace(scratch, state_dir=Path(folder))
        database = Database.from_settings(own, "outcomes", bounded=False)
        try:
            found = []
            for path in sorted((data / "pointcloud").iterdir()):
                found.append(attempt(path, database, own))
                if found[-1].verdict == "refused" and path.name in DECLARED:
                    found.append(attempt(path, database, own, DECLARED[path.name]))
            return found
        finally:
            database.close()


def page(found: list[Outcome]) -> str:
    """The table."""
    lines = [
        "# Tested files: point clouds",
        "",
        "Made by `python -m tests.outcomes_pointcloud --write`: every file is read through in a limited",
        "child process, divided into tiles and registered, or refused.",
        "",
        f"{len({one.file.partition(' ')[0] for one in found})} files; none crashed the loader, none took "
        f"over {LIMIT_S} s.",
        "",
        "| file | outcome | points (format; points of each class) | CRS | tiles | remark |",
        "| --- | --- | --- | --- | ---: | --- |",
        *(f"| {o.file} | {o.verdict} | {o.points} | {o.crs} | {o.tiles} | {o.remark} |" for o in found),
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

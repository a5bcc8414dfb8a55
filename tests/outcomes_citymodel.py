"""Try every real city model and write down what became of it.

    python -m tests.outcomes_citymodel            # print
    python -m tests.outcomes_citymodel --write    # docs/reference/tested-files/citymodel.md

Names, counts and reasons only; the files themselves are not ours to publish.
"""

from __future__ import annotations

import argparse
import os
import re
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import shapely

from loaders.citymodel.load import load_city_model
from loaders.citymodel.recognise import is_city_model
from loaders.isolate import run_isolated
from tests.outcomes_gis import Cities
from twin.crs import transformer
from twin.database.connection import Database
from twin.errors import TwinError
from twin.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "reference" / "tested-files" / "citymodel.md"
LIMIT_S = 60
FOLDERS = ("city", "city-cjval", "city-plateau")
_DECLARED = {
    "rotterdam_subset.json": "EPSG:28992",
    "multi_lod.json": "EPSG:28992",
    "historicalSuccession_CityGML_3.0_LOD2_Versioning.gml": "EPSG:3946",
}
"""What a person who knows the file would say with --crs."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file."""

    file: str
    verdict: str
    written: str
    solids: int
    shells: int
    rejected: str
    crs: str
    remark: str
    seconds: float


def outcomes(
    data: Path, settings: Settings, folders: tuple[str, ...] = FOLDERS, at_once: int = 1
) -> list[Outcome]:
    """Outcome of every file; anything but a `TwinError` is a fault of ours and comes through.

    One at a time each file sees what those before it loaded, so that the remarks are the same
    each time.
    """
    with ExitStack() as stack:
        cities = Cities(settings, stack)
        files = [path for folder in folders for path in sorted((data / folder).iterdir())]
        with ThreadPoolExecutor(at_once) as pool:
            return list(pool.map(lambda path: outcome(path, cities, settings), files))


def outcome(path: Path, cities: Cities, settings: Settings) -> Outcome:
    """Load one file into a city whose CRS fits the place."""
    began = time.monotonic()
    if not is_city_model(path):
        return _refused(path, "no city model by its beginning", began)
    declared = _DECLARED.get(path.name)
    try:
        srid = _storage(path, declared, settings)
        database, own = cities.at(srid)
        source = f"{path.parent.name}/{path.name}"
        report = load_city_model(path, database, own, source=source, crs=declared)
    except TwinError as error:
        return _refused(path, _plain(error), began)
    codes = Counter(rejection.code for rejection in report.rejections)
    found = _bodies(database, source)
    return Outcome(
        path.name,
        "loaded",
        ", ".join(
            f"{name} {counts.written}" for name, counts in sorted(report.counts.items()) if counts.written
        ),
        found[0],
        found[1],
        ", ".join(f"{code} {count}" for code, count in sorted(codes.items())),
        f"{report.georeference.get('source_crs', 'none')} to EPSG:{srid}",
        "; ".join(_plain(warning) for warning in report.warnings),
        time.monotonic() - began,
    )


def _refused(path: Path, why: str, began: float) -> Outcome:
    return Outcome(path.name, "refused", "", 0, 0, "", "", why, time.monotonic() - began)


def _bodies(database: Database, source: str) -> tuple[int, int]:
    """Solids and bodies that are none, of one source."""
    row = database.row(
        "select count(solid) as solids, count(shell) as shells from"
        " (select feature_id, solid, shell from city.building union all"
        "  select feature_id, solid, shell from city.building_part) b"
        " join city.feature f on f.id = b.feature_id where f.source = %(source)s",
        {"source": source},
    )
    assert row is not None
    return int(row["solids"]), int(row["shells"])


def _storage(path: Path, declared: str | None, settings: Settings) -> int:
    """A metric CRS for a city where the file lies: that of the sample city, else the UTM zone."""
    facts: dict[str, object] = {}
    shapes: list[bytes] = []

    def note(event: dict[str, object]) -> None:
        facts.update(event.get("facts") or {})  # type: ignore[call-overload]
        if "chunk" in event and not shapes:
            with pa.OSFile(f"{folder}/{event['chunk']}") as file:
                column = pa.ipc.open_file(file).read_all()["shape"]
            shapes.extend(value for value in column.to_pylist() if value is not None)

    with tempfile.TemporaryDirectory() as folder:
        run_isolated(
            "loaders.citymodel.read:read",
            {"path": str(path), "declared": declared},
            memory_mb=settings.load_memory_mb,
            seconds=LIMIT_S,
            scratch=Path(folder),
            on_event=note,
        )
    crs = facts.get("declared") or facts.get("file_crs")
    if not crs or not shapes:
        return 4547
    middle = np.median(shapely.get_coordinates(shapely.from_wkb(shapes)), axis=0)
    lon, lat = transformer(str(crs), 4326).transform(*middle)
    if not np.isfinite([lon, lat]).all() or (112.5 <= lon <= 115.5 and 18 <= lat <= 30):
        return 4547
    zone = int((lon + 180) // 6) % 60 + 1
    return (32600 if lat >= 0 else 32700) + zone


def _plain(text: object) -> str:
    return re.sub(r"/\S*/", "", re.sub(r"\s+", " ", str(text))).replace("|", "/")[:240]


def page(found: list[Outcome]) -> str:
    """The table."""
    loaded = sum(one.verdict == "loaded" for one in found)
    lines = [
        "# Tested files: city models",
        "",
        "Made by `python -m tests.outcomes_citymodel --write`: every file is read in a limited child",
        "process and loaded into a city whose storage CRS fits the place, or refused.",
        "",
        f"{len(found)} files: {loaded} loaded, {len(found) - loaded} refused with a reason; "
        f"none crashed the loader, none took over {LIMIT_S} s. "
        f"Bodies: {sum(o.solids for o in found)} solids, "
        f"{sum(o.shells for o in found)} kept as faces for display with a code that says why.",
        "",
        "| file | outcome | written | solids | for display | rejected | CRS | remark |",
        "| --- | --- | --- | ---: | ---: | --- | --- | --- |",
        *(
            f"| {o.file} | {o.verdict} | {o.written} | {o.solids} | {o.shells} | {o.rejected} | {o.crs} "
            f"| {o.remark} |"
            for o in found
        ),
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Print or write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    write = parser.parse_args().write
    data = Path(os.environ.get("TWIN_SHARED_DATA") or ROOT.parent / "shared" / "data")
    settings = replace(Settings.from_env(), load_seconds=LIMIT_S)
    found = outcomes(data, settings)
    slow = [one.file for one in found if one.seconds > LIMIT_S]
    if slow:
        raise SystemExit(f"over {LIMIT_S} s: {', '.join(slow)}")
    if write:
        PAGE.write_text(page(found), encoding="utf-8")
    else:
        print(page(found))


if __name__ == "__main__":
    main()

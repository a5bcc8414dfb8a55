"""Try every real GIS file and write down what became of it.

    python -m tests.outcomes_gis            # print
    python -m tests.outcomes_gis --write    # docs/reference/tested-files/gis.md

Names, counts and reasons only; the files themselves are not ours to publish.
"""

from __future__ import annotations

import argparse
import os
import re
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import shapely

from loaders.gis.inspect import Layer, inspect
from loaders.gis.load import load_gis
from loaders.isolate import run_isolated
from tests.benchmarks.server import scratch_database
from twin.crs import transformer
from twin.database.connection import Database
from twin.errors import TwinError
from twin.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "reference" / "tested-files" / "gis.md"
LIMIT_S = 60
_FOLDERS = ("gis", "gis-bad", "utilities", "osm", "ng911")
_PARTS = frozenset((".dbf", ".shx", ".prj", ".cpg"))
_DECLARED = {"shanghai_poi_hospital.csv": "wgs84"}
"""What a person who knows the file would say with --crs."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one layer of one file."""

    file: str
    layer: str
    verdict: str
    collection: str
    read: int
    written: int
    rejected: str
    crs: str
    remark: str
    seconds: float


class Cities:
    """A city a storage CRS, made when a file needs it: real files come from all over the world."""

    def __init__(self, settings: Settings, stack: ExitStack) -> None:
        self._settings, self._stack = settings, stack
        self._open: dict[int, tuple[Database, Settings]] = {}
        self._turn = threading.Lock()

    def at(self, srid: int) -> tuple[Database, Settings]:
        with self._turn:
            if srid not in self._open:
                wanted = replace(self._settings, storage_srid=srid, load_seconds=LIMIT_S)
                own = self._stack.enter_context(scratch_database(wanted, f"outcomes_{srid}"))
                database = Database.from_settings(own, "outcomes", bounded=False)
                self._stack.callback(database.close)
                self._open[srid] = (database, own)
            return self._open[srid]


def attempts(path: Path, cities: Cities, settings: Settings) -> Iterator[Outcome]:
    """Load every layer of a file; anything but a `TwinError` is a fault of ours and comes through."""
    began = time.monotonic()
    try:
        layers = inspect(path, replace(settings, load_seconds=LIMIT_S))
    except TwinError as error:
        yield Outcome(path.name, "", "refused", "", 0, 0, "", "", _plain(error), time.monotonic() - began)
        return
    for layer in layers:
        began = time.monotonic()
        srid = _storage(path, layer, settings)
        database, own = cities.at(srid)
        name = layer.name if len(layers) > 1 else ""
        try:
            report = load_gis(
                path,
                database,
                own,
                source=f"{path.parent.name}/{path.name}/{layer.name}",
                layer=name or None,
                crs=_DECLARED.get(path.name),
            )
        except TwinError as error:
            yield Outcome(
                path.name, name, "refused", "", 0, 0, "", "", _plain(error), time.monotonic() - began
            )
            continue
        ((collection, counts),) = report.counts.items() or [(layer.mapping.collection, None)]
        codes = Counter(rejection.code for rejection in report.rejections)
        yield Outcome(
            path.name,
            name,
            "loaded",
            collection,
            counts.read if counts else 0,
            counts.written if counts else 0,
            ", ".join(f"{code} {count}" for code, count in sorted(codes.items())),
            f"{report.georeference.get('source_crs', 'none')} to EPSG:{srid}",
            "; ".join(_plain(w) for w in report.warnings if not w.startswith("no mapping was given")),
            time.monotonic() - began,
        )


def outcomes(data: Path, settings: Settings, folders: tuple[str, ...] = _FOLDERS) -> list[Outcome]:
    """Outcome of every file."""
    with ExitStack() as stack:
        cities = Cities(settings, stack)
        files = [
            path
            for folder in folders
            for path in sorted((data / folder).iterdir())
            if path.suffix.lower() not in _PARTS
        ]
        return [outcome for path in files for outcome in attempts(path, cities, settings)]


def _storage(path: Path, layer: Layer, settings: Settings) -> int:
    """A metric CRS for a city where the file lies: that of the sample city, else the UTM zone."""
    crs = {"wgs84": "EPSG:4326"}.get(_DECLARED.get(path.name, ""), layer.crs or "")
    middle = _middle(path, layer, settings)
    if not crs or middle is None:
        return 4547
    try:
        lon, lat = transformer(crs, 4326).transform(*middle)
    except TwinError:
        return 4547
    if not np.isfinite([lon, lat]).all() or (112.5 <= lon <= 115.5 and 18 <= lat <= 30):
        return 4547
    zone = int((lon + 180) // 6) % 60 + 1
    return (32600 if lat >= 0 else 32700) + zone


def _middle(path: Path, layer: Layer, settings: Settings) -> tuple[float, float] | None:
    mapping = layer.mapping
    with tempfile.TemporaryDirectory() as folder:
        found = run_isolated(
            "loaders.gis.read:describe",
            {"path": str(path), "options": {}},
            memory_mb=settings.load_memory_mb,
            seconds=LIMIT_S,
            scratch=Path(folder),
        )
        sample = next(facts["sample"] for facts in found["layers"] if facts["layer"] == layer.name)
        if sample is None:
            return None
        with pa.OSFile(f"{folder}/{sample}") as file:
            table = pa.ipc.open_file(file).read_all()
    if mapping.x and mapping.y:
        xy = np.array(
            [[float(v or "nan") for v in table[name].to_pylist()] for name in (mapping.x, mapping.y)]
        ).T
    elif "__wkb__" in table.column_names:
        xy = shapely.get_coordinates(shapely.from_wkb(table["__wkb__"].to_pylist(), on_invalid="ignore"))
    else:
        return None
    xy = xy[np.isfinite(xy).all(axis=1)]
    return (float(np.median(xy[:, 0])), float(np.median(xy[:, 1]))) if len(xy) else None


def _plain(text: object) -> str:
    return re.sub(r"/\S*/", "", re.sub(r"\s+", " ", str(text))).replace("|", "/")[:220]


def page(found: list[Outcome]) -> str:
    """The table."""
    loaded = sum(one.verdict == "loaded" for one in found)
    lines = [
        "# Tested files: GIS vectors and tables",
        "",
        "Made by `python -m tests.outcomes_gis --write`: every layer of every file is read in a limited",
        "child process and loaded by the guessed mapping into a city whose CRS fits the place, or refused.",
        "",
        f"{len({one.file for one in found})} files, {len(found)} layers: {loaded} loaded, "
        f"{len(found) - loaded} refused with a reason; none crashed the loader, none took over {LIMIT_S} s.",
        "",
        "| file | layer | outcome | collection | read | written | rejected | CRS | remark |",
        "| --- | --- | --- | --- | ---: | ---: | --- | --- | --- |",
        *(
            f"| {o.file} | {o.layer} | {o.verdict} | {o.collection} | {o.read} | {o.written} | {o.rejected} "
            f"| {o.crs} | {o.remark} |"
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

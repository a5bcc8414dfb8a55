"""From the planned city to the files of a profile, and the manifest that vouches for them."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa

from sample_data.gen import enterprises, fire, floors, parcels, parts, rows, units, writing
from sample_data.gen import facilities as facilities_
from sample_data.gen.chance import SEED
from sample_data.gen.city import City, city, in_window
from sample_data.gen.config import ROOT, config
from sample_data.gen.errors import FIELDS as ERROR_FIELDS
from sample_data.gen.errors import Seeds
from sample_data.gen.floors import Floor
from sample_data.gen.poles import pole_row
from sample_data.gen.terrain import terrain
from twin.errors import InvalidInput

Step = Callable[[str], None]

STEPS = (
    "landmarks",
    "streets",
    "blocks",
    "buildings",
    "addresses",
    "networks",
    "hydrants",
    "devices",
    "land",
    "houses",
    "units",
    "pipes",
    "places",
    "models",
    "manifest",
)
"""Names `generate` reports, in order; a progress bar needs to know how many."""

_UNIT_TYPES = {f: pa.string() for f in units.FIELDS} | {
    "floor_no": pa.int16(), "area_m2": pa.float32(), "vacant_since": pa.date32(), "lease_start": pa.date32(),
    "lease_end": pa.date32(), "rent_cny_m2": pa.float32(), "persons": pa.int16(), "checked_on": pa.date32(),
}  # fmt: skip


def generate(profile: str, out: Path, step: Step = lambda _: None, *, models: bool = False) -> dict[str, Any]:
    """Write all files of a profile; the folder appears whole or not at all.

    Parameters
    ----------
    profile : str
        `tiny`, `demo` or `full`.
    out : Path
        Folder to write; an earlier sample there is replaced.
    step : callable
        Told the name of each part (`STEPS`) as it starts.
    models : bool
        Whether to author the building models too (`models/*.ifc`): in `tiny` those that stand in it,
        the same in every profile, in `demo` and `full` all of them.

    Returns
    -------
    dict
        The manifest.

    Raises
    ------
    InvalidParameter
        There is no such profile.
    InvalidInput
        `out` holds something that is not a sample city.
    """
    with _whole(out) as folder:
        (folder / "facts").mkdir()
        town = city(profile, step)
        counts = dict(_written(town, folder, step))
        step("models")
        if models:
            _author(folder, profile)
        step("manifest")
        manifest = _manifest(town, folder, counts)
        writing.json_file(folder / "manifest.json", manifest)
    return manifest


def provide(profile: str, out: Path, step: Step = lambda _: None, *, models: bool = False) -> dict[str, Any]:
    """Write all files of a profile as `generate` does, but copy those that are committed.

    Only `tiny` is; a test holds the copies to what `generate` writes.
    """
    ready = ROOT / "fixtures" / profile
    if not (ready / "manifest.json").is_file():
        return generate(profile, out, step, models=models)
    with _whole(out) as folder:
        shutil.copytree(ready, folder, dirs_exist_ok=True, copy_function=shutil.copyfile)
        manifest: dict[str, Any] = json.loads((ready / "manifest.json").read_text(encoding="utf-8"))
        step("models")
        if models:
            _author(folder, profile)
            for path in (folder / "models").iterdir():
                manifest["files"][f"models/{path.name}"] = _about(path, f"models/{path.name}", None)
            manifest["files"] = dict(sorted(manifest["files"].items()))
        step("manifest")
        writing.json_file(folder / "manifest.json", manifest)
    return manifest


@contextmanager
def _whole(out: Path) -> Iterator[Path]:
    """Give an empty folder that takes the place of `out` once everything in it is written."""
    if out.exists() and any(out.iterdir()) and not (out / "manifest.json").exists():
        raise InvalidInput(f"{out} is not empty and holds no sample city; give an empty folder with --out")
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}-") as scratch:
        folder = Path(scratch) / "sample"
        folder.mkdir()
        yield folder
        if out.exists():
            shutil.rmtree(out)
        folder.rename(out)
    out.chmod(0o755)


def _author(folder: Path, profile: str) -> None:
    # ifcopenshell takes seconds to import, and a city without models needs none of it
    from sample_data.models.build import OF_TINY, build_models  # noqa: PLC0415

    build_models(folder / "models", only=OF_TINY if profile == "tiny" else None)


def _written(town: City, out: Path, step: Step) -> Iterator[tuple[str, int]]:
    """Write file by file, yielding its name and the number of its rows."""
    seeds = Seeds(town.errors)
    step("land")
    codes, cadastre = rows.parcels(town, parcels.parcel_code, parcels.parcel_row)
    yield "parcels.shp", writing.shapefile(out / "parcels.shp", cadastre, config()["cadastre_srid"])
    yield from _land(town, out)
    step("houses")
    storeys = {b.code: list(floors.floors(b)) for b in town.chosen}
    yield from _houses(town, out, seeds, codes, storeys)
    step("units")
    yield from _register(town, out, seeds, storeys)
    step("pipes")
    yield from _underground(town, out, seeds)
    step("places")
    yield from _places(town, out)
    known = writing.csv_file(out / "facts" / "known_errors.csv", ERROR_FIELDS, seeds.rows)
    yield "facts/known_errors.csv", known


def _land(town: City, out: Path) -> Iterator[tuple[str, int]]:
    terrain().write(out / "terrain.tif")
    yield "terrain.tif", int(terrain().z_m.size)
    yield "roads.geojson", writing.geojson(out / "roads.geojson", rows.roads(town))
    yield "rail.geojson", writing.geojson(out / "rail.geojson", rows.rails())
    yield "water.geojson", writing.geojson(out / "water.geojson", facilities_.waters())
    yield "vegetation.geojson", writing.geojson(out / "vegetation.geojson", rows.vegetation(town))
    yield "zones.geojson", writing.geojson(out / "zones.geojson", rows.zones(town))


def _houses(
    town: City, out: Path, seeds: Seeds, codes: dict[str, str], storeys: dict[str, list[Floor]]
) -> Iterator[tuple[str, int]]:
    profiles = [fire.fire_profile(b, storeys[b.code], *rows.access(town, b)) for b in town.chosen]
    houses = [
        seeds.building(rows.building(b, town, codes, storeys[b.code], p["risk"]))
        for b, p in zip(town.chosen, profiles, strict=True)
    ]
    yield "buildings.gpkg", writing.geopackage(out / "buildings.gpkg", "buildings", houses, "Polygon")
    of = parts.building_parts(town.chosen)
    name = "building_parts.gpkg"
    yield name, writing.geopackage(out / name, "building_parts", of, "Polygon")
    every = (rows.floor(f) for b in town.chosen for f in storeys[b.code])
    yield "floors.csv", writing.csv_file(out / "floors.csv", rows.FLOOR_FIELDS, every)
    yield "fire_profiles.csv", writing.csv_file(out / "fire_profiles.csv", list(profiles[0]), profiles)
    addresses = [seeds.address(rows.address(town.addresses[b.code], b)) for b in town.chosen]
    yield "addresses.csv", writing.csv_file(out / "addresses.csv", list(addresses[0]), addresses)


def _register(
    town: City, out: Path, seeds: Seeds, storeys: dict[str, list[Floor]]
) -> Iterator[tuple[str, int]]:
    quotas = rows.firm_quotas(town)
    register: list[tuple[Any, ...]] = []
    firms: list[tuple[Any, ...]] = []
    for b in town.chosen:
        own = list(units.units(b, storeys[b.code]))
        open_rooms = [r[0] for r in own if r[8] == "B"]
        found = enterprises.enterprises(b, open_rooms, quotas.get(b.code, 0))
        firms += [seeds.enterprise(row, i == 0) for i, row in enumerate(found)]
        register += [seeds.unit(row, i == len(own) - 1, b.floors_up) for i, row in enumerate(own)]
    yield "units.parquet", writing.parquet(out / "units.parquet", units.FIELDS, register, _UNIT_TYPES)
    yield "enterprises.csv", writing.csv_file(out / "enterprises.csv", enterprises.FIELDS, firms)


def _underground(town: City, out: Path, seeds: Seeds) -> Iterator[tuple[str, int]]:
    lines, nodes = rows.utilities(town)
    writing.geopackage(out / "utilities.gpkg", "utility_line", lines, "LineString Z")
    writing.geopackage(out / "utilities.gpkg", "utility_node", nodes, "Point Z")
    yield "utilities.gpkg", len(lines) + len(nodes)
    posts = [seeds.hydrant(row) for row in rows.hydrants(town)]
    yield "hydrants.csv", writing.csv_file(out / "hydrants.csv", list(posts[0]), posts)


def _places(town: City, out: Path) -> Iterator[tuple[str, int]]:
    places = facilities_.facilities(town.chosen, town.addresses)
    places = [r for r in places if in_window(town, r["geometry"])]
    yield "facilities.geojson", writing.geojson(out / "facilities.geojson", places)
    stations = facilities_.fire_stations()
    yield "fire_stations.geojson", writing.geojson(out / "fire_stations.geojson", stations)
    lamps = [pole_row(p) for p in town.poles if in_window(town, p.point)]
    yield "poles.geojson", writing.geojson(out / "poles.geojson", lamps)
    yield "sensors.geojson", writing.geojson(out / "sensors.geojson", rows.sensors(town))


def _manifest(town: City, out: Path, counts: dict[str, int]) -> dict[str, Any]:
    """Describe every file: SHA-256, bytes, rows, CRS, and what it is."""
    files = {}
    for path in sorted(p for p in out.rglob("*") if p.is_file()):
        name = path.relative_to(out).as_posix()
        files[name] = _about(path, name, counts.get(name))
    return {
        "title": "罗湖示例城市 / Sample city of Luohu",
        "profile": town.profile,
        "seed": SEED,
        "generator": config()["version"],
        "as_of": config()["as_of"],
        "licence": "CC0-1.0",
        "buildings": len(town.chosen),
        "files": files,
        "note": "合成数据，仅地标为事实，不得用于实际作业 / "
        "synthetic; landmark facts only; not for operations",
    }


def _about(path: Path, name: str, count: int | None) -> dict[str, Any]:
    crs, zh, en = rows.ABOUT.get(name, rows.ABOUT.get(f"{name.rsplit('.', 1)[0]}.shp", (None, "", "")))
    return {
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "bytes": path.stat().st_size,
        "rows": count,
        "crs": crs,
        "zh": zh,
        "en": en,
    }

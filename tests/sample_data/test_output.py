"""The same files on every run, whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pyogrio
import pytest
from click.testing import CliRunner

from sample_data.commands import sample
from sample_data.gen import output
from sample_data.gen.city import City, city
from sample_data.gen.output import generate
from tests.sample_data.fix_city import TINY, Sample
from twin.errors import InvalidInput, InvalidParameter


def elsewhere() -> dict[str, str]:
    """Environment of another machine: other hash seed, clock zone, language, and an older processor.

    numpy then takes its plainest loops, and glibc its functions without fused multiply-add.
    """
    from numpy._core import _multiarray_umath as core

    extras = [name for name in core.__cpu_dispatch__ if core.__cpu_features__.get(name)]
    return {
        **os.environ,
        "PYTHONHASHSEED": "4711",
        "TZ": "America/St_Johns",
        "LC_ALL": "C",
        "NPY_DISABLE_CPU_FEATURES": " ".join(extras),
        "OPENBLAS_CORETYPE": "Nehalem",
        "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX512F,-AVX2,-FMA",
    }


@pytest.fixture(scope="module")
def again(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("again") / "tiny"
    script = "import pathlib, sys; from sample_data.gen.output import generate; " \
             "generate('tiny', pathlib.Path(sys.argv[1]))"  # fmt: skip
    subprocess.run(
        [sys.executable, "-c", script, str(folder)],
        cwd=TINY.parents[2], env=elsewhere(), check=True, capture_output=True, timeout=280,
    )  # fmt: skip
    return folder


@pytest.fixture(scope="module")
def planned() -> City:
    """The tiny city before it is written, made once for the tests that only look at the writing."""
    return city("tiny")


@pytest.fixture
def quick(planned: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output, "city", lambda profile, step: planned)


def test_tiny_generated_on_another_machine_has_the_hashes_of_the_committed_one(
    again: Path, tiny: Sample
) -> None:
    fresh = json.loads((again / "manifest.json").read_text(encoding="utf-8"))
    assert {n: f["sha256"] for n, f in fresh["files"].items()} == {
        n: f["sha256"] for n, f in tiny.manifest["files"].items()
    }


@pytest.mark.usefixtures("quick")
def test_the_committed_city_is_provided_as_it_would_be_generated(tmp_path: Path) -> None:
    made = generate("tiny", tmp_path / "made", models=True)
    provided = output.provide("tiny", tmp_path / "provided", models=True)
    assert provided == made
    assert {"models/LH-RES-01.ifc", "models/LH-PMP-03.ifc"} < set(provided["files"])
    names = [*provided["files"], "manifest.json"]
    for name in names:
        assert (tmp_path / "provided" / name).read_bytes() == (tmp_path / "made" / name).read_bytes(), name
    on_disk = [p for p in (tmp_path / "provided").rglob("*") if p.is_file()]
    assert len(on_disk) == len(names)


def test_what_is_not_committed_is_generated(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked = []
    monkeypatch.setattr(output, "generate", lambda *args, **kwargs: asked.append((args, kwargs)) or {})
    output.provide("demo", tmp_path / "demo", print)
    assert asked == [(("demo", tmp_path / "demo", print), {"models": False})]


def test_manifest_vouches_for_every_file(either: Sample) -> None:
    on_disk = {p.relative_to(either.folder).as_posix() for p in either.folder.rglob("*") if p.is_file()}
    assert on_disk == {*either.manifest["files"], "manifest.json"}
    for name, file in either.manifest["files"].items():
        assert hashlib.sha256((either.folder / name).read_bytes()).hexdigest() == file["sha256"]
        assert file["zh"], name


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("hydrants.csv", "id"),
        ("addresses.csv", "address"),
        ("floors.csv", "bldg_code"),
        ("fire_profiles.csv", "bldg_code"),
    ],
)
def test_tables_are_sorted_by_their_key(demo: Sample, name: str, key: str) -> None:
    if key == "address":  # in the order of buildings; ids are DZ- and the building's serial
        of = {r["bldg_code"][12:]: r["bldg_code"] for r in demo.layer("buildings.gpkg")}
        keys = [of[r["id"].removeprefix("DZ-")] for r in demo.rows(name)]
    else:
        keys = [r[key] for r in demo.rows(name)]
    assert len(keys) > 1000
    assert keys == sorted(keys)


def test_every_geometry_but_the_spoilt_one_is_valid_and_every_layer_sorted(either: Sample) -> None:
    crossing = [key for key, kind in either.wrong.items() if kind == "self_crossing"]
    layers = 0
    for path in sorted(either.folder.iterdir()):
        if path.suffix not in {".gpkg", ".geojson", ".shp"}:
            continue
        encoding = "GBK" if path.suffix == ".shp" else None
        for layer, _ in pyogrio.list_layers(path):
            layers += 1
            rows = either.layer(path.name, layer, encoding)
            key = "id" if "id" in rows[0] else next(iter(rows[0]))
            torn = [r[key] for r in rows if not r["geometry"].is_valid or r["geometry"].is_empty]
            assert torn == (crossing if layer == "buildings" else []), path.name
            keys = [str(r[key]) for r in rows]
            assert keys == sorted(set(keys)), path.name
    assert layers == 14


def test_each_file_is_in_the_form_its_office_hands_over(tiny: Sample) -> None:
    said = {
        path.name: pyogrio.read_info(
            path,
            layer=pyogrio.list_layers(path)[0][0],
            encoding="GBK" if path.suffix == ".shp" else None,
        )
        for path in tiny.folder.iterdir()
        if path.suffix in {".gpkg", ".geojson", ".shp"}
    }
    forms = {name: (info["driver"], info["crs"]) for name, info in said.items()}
    assert forms["buildings.gpkg"] == forms["utilities.gpkg"] == ("GPKG", "EPSG:4547")
    assert forms["parcels.shp"] == ("ESRI Shapefile", "EPSG:4526")
    assert {f for n, f in forms.items() if n.endswith(".geojson")} == {("GeoJSON", "EPSG:4326")}
    assert set(tiny.rows("addresses.csv")[0]) >= {"lon", "lat"}
    assert set(tiny.rows("hydrants.csv")[0]) >= {"x", "y"}
    # the cadastre's text is GBK and nothing else: it is no UTF-8
    with pytest.raises(UnicodeDecodeError):
        (tiny.folder / "parcels.dbf").read_bytes().decode("utf-8")
    assert "示例".encode("gbk") in (tiny.folder / "parcels.dbf").read_bytes()
    assert (tiny.folder / "units.parquet").read_bytes()[:4] == b"PAR1"
    assert (tiny.folder / "terrain.tif").read_bytes()[:2] == b"II"


def test_tiny_weighs_two_megabytes_at_most() -> None:
    assert sum(p.stat().st_size for p in TINY.rglob("*") if p.is_file()) <= 2_000_000


@pytest.mark.usefixtures("quick")
def test_command_prints_the_manifest_as_json(tmp_path: Path) -> None:
    result = CliRunner().invoke(
        sample, ["--profile", "tiny", "--out", str(tmp_path / "city"), "--no-models", "--json"]
    )
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["buildings"] == 120


def test_a_foreign_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(InvalidInput, match="holds no sample city"):
        generate("tiny", tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.txt"]


def test_an_unknown_profile_is_named_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(InvalidParameter, match="tiny, demo, full"):
        generate("huge", tmp_path / "city")
    assert not (tmp_path / "city").exists()


@pytest.mark.usefixtures("quick")
def test_a_run_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def step(name: str) -> None:
        if name == "pipes":
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        generate("tiny", tmp_path / "city", step)
    assert list(tmp_path.iterdir()) == []


def test_readme_explains_every_field(tiny: Sample) -> None:
    readme = (TINY.parents[1] / "README.md").read_text(encoding="utf-8")
    explained = {
        name.strip()
        for cell in re.findall(r"^\| `([^`]+)` \|", readme, re.MULTILINE)
        for name in cell.split(",")
    }
    for name in tiny.manifest["files"]:
        if name.endswith(".csv"):
            fields = set(tiny.rows(name)[0])
        elif name.endswith(".geojson"):
            fields = set(tiny.features(name)[0]["properties"])
        elif name.endswith(".parquet"):
            fields = set(tiny.units())
        elif name.endswith((".gpkg", ".shp")):
            layers = [layer for layer, _ in pyogrio.list_layers(tiny.folder / name)]
            encoding = "GBK" if name.endswith(".shp") else None
            fields = {f for layer in layers for f in tiny.layer(name, layer, encoding)[0]} - {"geometry"}
        else:
            continue
        assert fields <= explained, name

"""Point clouds are registered whole or not at all."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import laspy
import numpy as np
import pytest
from click.testing import CliRunner
from pyproj import Transformer

from loaders.commands import load as command
from loaders.pointcloud.load import load_point_cloud
from tests.loaders.pointcloud.author import hillside, write
from twin.errors import InvalidParameter, NotGeoreferenced, SourceUnreadable, Unprocessable

_ROOT = Path(__file__).resolve().parents[3]


def _rows(database):
    return database.rows("select * from twin.point_cloud order by name")


def _folders(settings):
    return sorted((settings.state_dir / "pointclouds").iterdir())


def test_a_cloud_is_registered_with_what_is_in_it(database, settings, tmp_path):
    points = hillside(5000)
    classes = np.where(points[:, 2] > 70, 6, 2)
    path = write(tmp_path / "Luohu 2026.laz", points, classes=classes)
    report = load_point_cloud(path, database, settings)
    (row,) = _rows(database)
    assert (report.status, row["name"], row["crs"]) == ("done", "luohu-2026", "EPSG:4547")
    assert row["points"] == 5000
    assert row["classes"] == {"2": int((classes == 2).sum()), "6": int((classes == 6).sum())}
    assert row["low_m"] == pytest.approx(points[:, 2].min(), abs=0.001)
    assert row["high_m"] == pytest.approx(points[:, 2].max(), abs=0.001)
    lon, lat = Transformer.from_crs(4547, 4326, always_xy=True).transform(*points[:, :2].T)
    assert report.georeference["bounds_lonlat"] == pytest.approx(
        [lon.min(), lat.min(), lon.max(), lat.max()], abs=1e-8
    )
    assert any("height datum" in warning for warning in report.warnings)
    assert load_point_cloud(path, database, settings).status == "unchanged"
    assert load_point_cloud(path, database, settings, force=True).status == "done"
    assert len(_folders(settings)) == 1
    # a lost file is made again, a new one takes the place of the old
    (_folders(settings)[0] / "points.bin").unlink()
    for file in _folders(settings)[0].iterdir():
        file.unlink()
    _folders(settings)[0].rmdir()
    assert load_point_cloud(path, database, settings).status == "done"
    write(path, points + np.array([0, 0, 1.0]), classes=classes)
    load_point_cloud(path, database, settings)
    assert [settings.state_dir / _rows(database)[0]["path"]] == _folders(settings)


def test_what_cannot_be_placed_or_read_is_refused(database, settings, tmp_path):
    points = hillside(3000)
    for spoil, crs, error, says in (
        ({"crs": None}, None, NotGeoreferenced, "--crs"),
        ({"crs": "EPSG:4326"}, None, NotGeoreferenced, "would lie"),
        ({"crs": "EPSG:32732"}, None, NotGeoreferenced, "area of use"),
        ({"withheld": np.ones(3000, bool)}, None, Unprocessable, "withheld"),
    ):
        path = write(tmp_path / "a.las", points + ((0, 10e6, 0) if "32732" in str(spoil) else 0), **spoil)
        with pytest.raises(error, match=says):
            load_point_cloud(path, database, settings, crs=crs)
    whole = write(tmp_path / "a.laz", points).read_bytes()
    for content in (b"", b"LASF", whole[: len(whole) // 2], whole[:400] + bytes(len(whole) - 400)):
        (tmp_path / "a.laz").write_bytes(content)
        with pytest.raises(SourceUnreadable):
            load_point_cloud(tmp_path / "a.laz", database, settings)
    with pytest.raises(SourceUnreadable, match="TWIN_LOAD"):
        load_point_cloud(write(tmp_path / "a.las", points), database, replace(settings, load_seconds=0))
    with pytest.raises(InvalidParameter):
        load_point_cloud(tmp_path / "a.las", database, settings, name="../etc")
    assert _rows(database) == []
    assert _folders(settings) == []
    report = load_point_cloud(
        write(tmp_path / "a.las", points, crs=None), database, settings, crs="EPSG:4547"
    )
    assert (report.status, report.georeference["declared"]) == ("done", True)


def test_heights_in_feet_and_withheld_points(database, settings, tmp_path):
    """EPSG:2227 is in US survey feet; nothing is said of the heights, so they are too."""
    points = np.column_stack(
        [np.linspace(6.0e6, 6.001e6, 500), np.full(500, 2.1e6), np.linspace(100, 200, 500)]
    )
    withheld = np.arange(500) % 5 == 0
    path = write(tmp_path / "feet.las", points, crs="EPSG:2227", withheld=withheld)
    report = load_point_cloud(path, database, settings)
    (row,) = _rows(database)
    assert row["points"] == 400
    assert row["high_m"] == pytest.approx(200 * 1200 / 3937, abs=0.01)
    assert any("US survey foot" in warning for warning in report.warnings)
    assert any("100 points marked as withheld" in warning for warning in report.warnings)


def test_the_command_loads_it(settings, database, tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", settings.dsn)
    monkeypatch.setenv("TWIN_STATE_DIR", str(settings.state_dir))
    path = write(tmp_path / "street.copc.laz", hillside(200))
    run = CliRunner().invoke(command, [str(path), "--json"])
    assert run.exit_code == 0, run.output
    (report,) = json.loads(run.stdout[run.stdout.index("[") : run.stdout.rindex("]") + 1])
    assert report["counts"]["point_cloud"]["written"] == 1
    assert _rows(database)[0]["name"] == "street"
    said = CliRunner().invoke(command, [str(path), "--inspect"])
    assert "is a point cloud" in str(said.exception)


def test_memory_does_not_follow_the_cloud(tmp_path):
    """One and three million points: 30 and 90 MB of LAS."""
    peaks = []
    for count in (1_000_000, 3_000_000):
        path = write(tmp_path / f"{count}.las", hillside(count))
        run = subprocess.run(
            [sys.executable, "-m", "tests.loaders.pointcloud.peak", str(path)],
            cwd=_ROOT, capture_output=True, text=True, timeout=200, check=True,
        )  # fmt: skip
        path.unlink()
        peaks.append(int(run.stdout))
    assert peaks[1] < peaks[0] * 1.25 + 20, peaks


@pytest.mark.shared_data
def test_real_clouds(shared_data, database, settings):
    folder = shared_data / "pointcloud"
    report = load_point_cloud(folder / "autzen_trim.laz", database, settings)
    assert report.status == "done"
    row = _rows(database)[0]
    assert (row["points"], row["classes"], row["coloured"]) == (110_000, {"1": 83893, "2": 26107}, True)
    with laspy.open(folder / "autzen_trim.laz") as file:
        assert row["high_m"] == pytest.approx(file.header.maxs[2] * 0.3048, abs=0.01)
    # it says geocentric and has the numbers of a UTM zone
    with pytest.raises(NotGeoreferenced, match="--crs"):
        load_point_cloud(folder / "lone-star.copc.laz", database, settings)
    declared = load_point_cloud(folder / "lone-star.copc.laz", database, settings, crs="EPSG:32613")
    assert declared.georeference["points"] == 518_862
    with pytest.raises(Unprocessable, match="500 km"):
        load_point_cloud(folder / "simple1_4.las", database, settings)

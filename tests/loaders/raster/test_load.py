"""Rasters are registered whole or not at all."""

from __future__ import annotations

import os
from dataclasses import replace

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin

from loaders.raster.load import load_raster
from twin.errors import InvalidParameter, NotGeoreferenced, SourceUnreadable, Unprocessable


def write(path, heights, *, crs="EPSG:4547", transform=None, **profile):
    """A GeoTIFF with 10 m pixels whose upper left corner is 513 000 E, 2 496 000 N."""
    bands = heights if heights.ndim == 3 else heights[None]
    options = {
        "driver": "GTiff", "count": len(bands), "height": bands.shape[1], "width": bands.shape[2],
        "dtype": bands.dtype, "crs": crs,
        "transform": transform or from_origin(513_000, 2_496_000, 10, 10),
    }  # fmt: skip
    units = profile.pop("units", None)
    with rasterio.open(path, "w", **options | profile) as file:
        file.write(bands)
        if units:
            file.units = (units,)
    return path


@pytest.fixture
def hill():
    y, x = np.mgrid[0:120, 0:200]
    return (5 + 40 * np.exp(-(((x - 100) / 40) ** 2 + ((y - 60) / 30) ** 2))).astype("float32")


def _rows(database):
    return database.rows("select * from twin.coverage order by name")


def test_a_registered_raster_is_a_cog_with_the_same_heights(database, settings, tmp_path, hill):
    report = load_raster(write(tmp_path / "Luohu DEM.tif", hill, nodata=-9999, units="m"), database, settings)
    (row,) = _rows(database)
    assert (report.status, row["name"], row["kind"], row["crs"]) == (
        "done",
        "luohu-dem",
        "elevation",
        "EPSG:4547",
    )
    assert (row["width"], row["height"], row["nodata"]) == (200, 120, -9999)
    assert row["pixel_m"] == pytest.approx(10)
    with rasterio.open(settings.state_dir / row["path"]) as cog:
        assert cog.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        np.testing.assert_array_equal(cog.read(1), hill)
    assert report.georeference["bounds_lonlat"][0] == pytest.approx(114.126, abs=0.01)
    assert any("EPSG:5737" in warning for warning in report.warnings)


def test_the_same_file_twice_changes_nothing_and_a_lost_file_is_made_again(
    database, settings, tmp_path, hill
):
    path = write(tmp_path / "dem.tif", hill)
    load_raster(path, database, settings)
    (before,) = _rows(database)
    assert load_raster(path, database, settings).status == "unchanged"
    assert _rows(database) == [before]
    (settings.state_dir / before["path"]).unlink()
    assert load_raster(path, database, settings).status == "done"
    assert (settings.state_dir / _rows(database)[0]["path"]).is_file()


def test_a_changed_file_takes_the_place_of_the_old_one(database, settings, tmp_path, hill):
    load_raster(write(tmp_path / "dem.tif", hill), database, settings)
    load_raster(write(tmp_path / "dem.tif", hill + 1), database, settings)
    (row,) = _rows(database)
    files = list((settings.state_dir / "coverages").iterdir())
    assert files == [settings.state_dir / row["path"]]
    with rasterio.open(files[0]) as cog:
        assert cog.read(1)[0, 0] == hill[0, 0] + 1


def test_decimetres_in_feet_and_a_filler_that_nobody_declared(database, settings, tmp_path, hill):
    stored = (hill * 10).astype("int16")
    stored[3, 5] = -32768
    path = write(tmp_path / "dem.tif", stored, units="ft")
    with rasterio.open(path, "r+") as file:
        file.scales = (0.1,)
    report = load_raster(path, database, settings)
    (row,) = _rows(database)
    assert row["scale"] == pytest.approx(0.03048)
    assert row["nodata"] == -32768
    assert any("-32768" in warning for warning in report.warnings)


def test_an_image_keeps_its_colours_and_its_mask(database, settings, tmp_path):
    colours = np.random.default_rng(1).integers(0, 255, (3, 64, 64), dtype="uint8")
    load_raster(write(tmp_path / "ortho.tif", colours, photometric="RGB"), database, settings)
    (row,) = _rows(database)
    assert (row["kind"], row["bands"], row["dtype"]) == ("imagery", 3, "uint8")
    with rasterio.open(settings.state_dir / row["path"]) as cog:
        np.testing.assert_array_equal(cog.read(), colours)


_PLACELESS = (
    ({"crs": None}, "--crs"),
    ({"transform": rasterio.Affine.identity()}, "geotransform"),
    ({"crs": "EPSG:4326"}, "would lie"),
    # the southern zone counts from ten million: this is 47 degrees north
    ({"crs": "EPSG:32732", "transform": from_origin(5e5, 15_224_000, 9, 9)}, "area of use"),
)


@pytest.mark.filterwarnings("ignore:The given matrix")
def test_a_raster_without_a_place_is_refused(database, settings, tmp_path, hill):
    for spoil, says in _PLACELESS:
        path = write(tmp_path / "dem.tif", hill, **spoil)
        with pytest.raises(NotGeoreferenced, match=says):
            load_raster(path, database, settings)
        assert _rows(database) == []
        assert list((settings.state_dir / "coverages").iterdir()) == []
        assert database.scalar("select status from twin.load order by id desc limit 1") == "failed"


def test_a_declared_crs_is_taken(database, settings, tmp_path, hill):
    report = load_raster(write(tmp_path / "dem.tif", hill, crs=None), database, settings, crs="EPSG:4547")
    assert _rows(database)[0]["crs"] == "EPSG:4547"
    assert report.georeference["declared"] is True


def test_half_a_file_is_refused_and_the_old_raster_stays(database, settings, tmp_path, hill):
    path = write(tmp_path / "dem.tif", hill)
    load_raster(path, database, settings)
    before = _rows(database)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(SourceUnreadable):
        load_raster(path, database, settings)
    assert _rows(database) == before
    assert (settings.state_dir / before[0]["path"]).is_file()


def test_what_is_no_raster_is_refused(database, settings, tmp_path):
    path = tmp_path / "dem.tif"
    for content in (b"", b"not a raster", b"II*\0" + b"\xff" * 64):
        path.write_bytes(content)
        with pytest.raises(SourceUnreadable):
            load_raster(path, database, settings)


def test_a_file_that_points_elsewhere_is_refused(database, settings, tmp_path, hill):
    inner = write(tmp_path / "secret.tif", hill)
    vrt = tmp_path / "dem.vrt"
    with rasterio.open(inner) as source:
        rasterio.shutil.copy(source, vrt, driver="VRT")
    with pytest.raises(SourceUnreadable):
        load_raster(vrt, database, settings)


def test_values_that_are_no_heights_are_refused(database, settings, tmp_path, hill):
    for spoiled, says in (
        (hill + 20_000, "not of the Earth"),
        (np.full_like(hill, np.nan), "no valid pixel"),
    ):
        with pytest.raises(Unprocessable, match=says):
            load_raster(write(tmp_path / "dem.tif", spoiled), database, settings)
    with pytest.raises(Unprocessable, match="one band"):
        load_raster(write(tmp_path / "dem.tif", np.stack([hill] * 3)), database, settings, kind="elevation")


def test_numbers_of_a_palette_are_no_heights(database, settings, tmp_path):
    path = write(tmp_path / "map.tif", np.ones((20, 20), "uint8"), photometric="palette")
    with rasterio.open(path, "r+") as file:
        file.write_colormap(1, {1: (200, 30, 30, 255)})
    with pytest.raises(Unprocessable, match="palette"):
        load_raster(path, database, settings)


def test_a_child_that_runs_out_of_time_leaves_nothing(database, settings, tmp_path, hill):
    with pytest.raises(SourceUnreadable, match="TWIN_LOAD"):
        load_raster(write(tmp_path / "dem.tif", hill), database, replace(settings, load_seconds=0))
    assert list((settings.state_dir / "coverages").iterdir()) == []


def test_a_name_that_could_be_a_path_is_refused(database, settings, tmp_path, hill):
    path = write(tmp_path / "dem.tif", hill)
    for name in ("", "../etc", "Ä", "a" * 64, "a/b", "-a"):
        with pytest.raises(InvalidParameter):
            load_raster(path, database, settings, name=name)


def test_a_file_that_is_not_there(database, settings, tmp_path):
    with pytest.raises(SourceUnreadable, match=r"none.tif: there is no such file"):
        load_raster(tmp_path / "none.tif", database, settings)
    os.mkfifo(tmp_path / "pipe.tif")
    with pytest.raises(SourceUnreadable, match=r"pipe.tif is a folder, a pipe or a device"):
        load_raster(tmp_path / "pipe.tif", database, settings)


@pytest.mark.parametrize(
    "crs",
    [
        'LOCAL_CS["Undefined Cartesian SRS",UNIT["metre",1]]',
        'ENGCRS["site grid",EDATUM["site"],CS[Cartesian,2],AXIS["x",east],AXIS["y",north],'
        'LENGTHUNIT["metre",1]]',
    ],
)
def test_the_plane_of_a_drawing_is_no_crs(database, settings, tmp_path, crs):
    path = write(tmp_path / "drawing.tif", np.ones((20, 20), "float32"), crs=crs)
    with pytest.raises(NotGeoreferenced, match="states no CRS; declare it"):
        load_raster(path, database, settings)
    assert database.scalar("select count(*) from twin.coverage") == 0
    assert load_raster(path, database, settings, crs="EPSG:4547").status == "done"

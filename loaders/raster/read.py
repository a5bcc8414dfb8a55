"""Read a raster through and write it as a Cloud Optimized GeoTIFF; runs in a limited child process."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyproj
import rasterio
from rasterio import shutil
from rasterio.crs import CRS
from rasterio.enums import ColorInterp
from rasterio.errors import RasterioError
from rasterio.io import DatasetReader
from rasterio.warp import transform_bounds
from rasterio.windows import Window

from loaders.place import undefined
from twin.errors import NotGeoreferenced, SourceUnreadable, Unprocessable

COVERAGE = "coverage.tif"
"""Name of the result in the scratch folder."""

# Drivers of plain files. What reaches for other files or hosts (VRT, WMS, /vsicurl) is not among them.
DRIVERS = (
    "GTiff", "COG", "AAIGrid", "ERS", "EHdr", "ENVI", "HFA", "JP2OpenJPEG", "JPEG", "PNG", "SRTMHGT",
    "DTED", "USGSDEM", "XYZ", "GSAG", "GSBG", "GS7BG", "RST", "SAGA", "BT", "NITF", "WEBP",
)  # fmt: skip

_PIXELS = 4_000_000
"""Most pixels read at once: 32 MB of float64."""
_SLACK_DEG = 3.0
_MOST_PIXELS = 200_000_000_000
_LOWEST_M, _HIGHEST_M = -500.0, 9000.0
_FILLERS = (-9999.0, -32768.0, -32767.0, -99999.0, -999999.0, 32767.0, 65535.0, 9999.0)
_FOOT_M = {"ft": 0.3048, "foot": 0.3048, "us-ft": 1200 / 3937, "us survey foot": 1200 / 3937}
_ENV = {"GDAL_CACHEMAX": 256, "GDAL_NUM_THREADS": 1, "GDAL_TIFF_INTERNAL_MASK": True}
# half the time of DEFLATE at level 6, and no larger (docs/decisions/0018)
_CREATE = {"BIGTIFF": "IF_SAFER", "BLOCKSIZE": "512", "COMPRESS": "ZSTD", "LEVEL": "3", "PREDICTOR": "YES"}


def convert(
    scratch: Path, emit: Callable[[dict[str, Any]], None], *, path: str, kind: str, crs: str | None
) -> dict[str, Any]:
    """Check a raster and write `coverage.tif`.

    Parameters
    ----------
    scratch : Path
        Where the result is written.
    emit : callable
        Called with ``{"rows": done, "of": height}``.
    path : str
        File to read.
    kind : str
        `elevation`, `imagery`, or `auto`: by the bands.
    crs : str or None
        Declared CRS; overrules the file's.

    Returns
    -------
    dict
        Columns of `twin.coverage`, and `warnings`.

    Raises
    ------
    SourceUnreadable, NotGeoreferenced, Unprocessable
        The file, its place, or its values cannot be used.
    """
    warnings: list[str] = []
    try:
        with rasterio.Env(**_ENV), DatasetReader(path, driver=list(DRIVERS)) as source:
            kind = _kind(source, kind)
            system = _system(source, crs, warnings)
            facts = _place(source, system, declared=crs is not None, warnings=warnings)
            facts |= _values(source, kind, emit, warnings)
            written = _write(source, system, kind, facts["nodata"], scratch)
    except RasterioError as error:
        # rasterio hides what GDAL said behind "see previous exception"
        said = error.__cause__ or error
        raise SourceUnreadable(f"the raster cannot be read to its end: {said}") from error
    with rasterio.open(written) as result:
        return facts | {
            "kind": kind,
            "width": result.width,
            "height": result.height,
            "bands": result.count,
            "dtype": result.dtypes[0],
            "warnings": warnings,
        }


def _kind(source: DatasetReader, kind: str) -> str:
    if source.width * source.height > _MOST_PIXELS:
        raise Unprocessable(f"the raster has {source.width} x {source.height} pixels; split it")
    if any(np.dtype(t).kind == "c" for t in source.dtypes):
        raise Unprocessable("the raster has complex numbers, neither heights nor colours")
    if ColorInterp.palette in source.colorinterp:
        raise Unprocessable(
            "the raster has numbers of a palette, neither heights nor colours; "
            "write its colours out first (gdal_translate -expand rgb)"
        )
    found = "elevation" if source.count == 1 else "imagery"
    if kind not in ("auto", found) and not (kind == "imagery" and source.count == 1):
        raise Unprocessable(
            f"an elevation model has one band, this raster has {source.count}; load it as imagery"
        )
    kind = found if kind == "auto" else kind
    if kind == "imagery":
        if source.count not in (1, 3, 4) and ColorInterp.red not in source.colorinterp:
            raise Unprocessable(
                f"the raster has {source.count} bands and none is marked as red; "
                "write a file with the three bands to be shown"
            )
        if source.dtypes[0] != "uint8":
            raise Unprocessable(
                f"imagery has bytes, this raster has {source.dtypes[0]}; stretch it to 0..255"
            )
    return kind


def _system(source: DatasetReader, declared: str | None, warnings: list[str]) -> CRS:
    if source.transform.is_identity:
        how = "only ground control points" if source.gcps[0] else "neither a geotransform nor a world file"
        raise NotGeoreferenced(f"the raster has {how}; warp it to a CRS first (gdalwarp)")
    if declared is not None:
        if source.crs and source.crs != CRS.from_user_input(declared):
            warnings.append(f"the file says {_name(source.crs)}; taken as declared: {declared}")
        return CRS.from_user_input(declared)
    if not source.crs or undefined(source.crs.to_wkt()):
        raise NotGeoreferenced("the raster states no CRS; declare it with --crs EPSG:...")
    return source.crs


def _place(source: DatasetReader, system: CRS, *, declared: bool, warnings: list[str]) -> dict[str, Any]:
    west, south, east, north = source.bounds
    try:
        box = transform_bounds(system, CRS.from_epsg(4326), west, south, east, north, densify_pts=21)
    except (RasterioError, ValueError) as error:
        raise NotGeoreferenced(f"{_name(system)} cannot hold the bounds of the raster: {error}") from error
    if not all(map(math.isfinite, box)) or box[0] < -180.001 or box[2] > 180.001 or box[1] < -90.001:
        where = ", ".join(f"{value:.4g}" for value in box)
        raise NotGeoreferenced(f"by {_name(system)} the raster would lie at {where}; declare the right CRS")
    lat = (box[1] + box[3]) / 2
    if not _inside(system, (box[0] + box[2]) / 2, lat):
        said = f"by {_name(system)} the raster lies at lon {(box[0] + box[2]) / 2:.3f}, lat {lat:.3f}"
        if not declared:
            raise NotGeoreferenced(f"{said}, outside its area of use; if that is right declare it with --crs")
        warnings.append(f"{said}, outside its area of use")
    degree_m = 111_320.0
    pixel = math.sqrt(abs(source.transform.determinant))
    if system.is_geographic:
        pixel_m = pixel * degree_m * math.sqrt(math.cos(math.radians(lat)))
    else:
        pixel_m = pixel * system.linear_units_factor[1]
        if system.to_epsg() == 3857:
            pixel_m *= math.cos(math.radians(lat))
    return {
        "crs": _name(system),
        "box": list(box),
        "pixel_m": pixel_m,
        "wkt": system.to_wkt(),
        "declared": declared,
    }


def _inside(system: CRS, lon: float, lat: float) -> bool:
    # WKT carries no area of use, the name of the authority leads to it
    area = pyproj.CRS.from_user_input(_name(system)).area_of_use
    if area is None or area.east < area.west:
        return True
    return (
        area.west - _SLACK_DEG <= lon <= area.east + _SLACK_DEG
        and area.south - _SLACK_DEG <= lat <= area.north + _SLACK_DEG
    )


def _values(
    source: DatasetReader, kind: str, emit: Callable[[dict[str, Any]], None], warnings: list[str]
) -> dict[str, Any]:
    """Read everything once: a broken block is found here and not by a visitor of the map."""
    scale, offset = (source.scales[0], source.offsets[0]) if kind == "elevation" else (1.0, 0.0)
    unit = (source.units[0] or "").strip().lower()
    if kind == "elevation":
        scale, offset = scale * _FOOT_M.get(unit, 1.0), offset * _FOOT_M.get(unit, 1.0)
        if not unit:
            warnings.append("the raster does not state the unit of its heights; taken as metres")
        elif unit not in {*_FOOT_M, "m", "metre", "meter", "metres", "meters"}:
            raise Unprocessable(f"heights in '{source.units[0]}' are not understood; use metres")
    nodata = source.nodata
    low, high, valid = math.inf, -math.inf, 0
    fillers: set[float] = set()
    for window in _windows(source):
        emit({"rows": window.row_off + window.height, "of": source.height})
        if kind == "imagery":
            valid += int(np.count_nonzero(source.dataset_mask(window=window)))
            source.read(window=window)
            continue
        raw = source.read(1, window=window, masked=True)
        heights: npt.NDArray[np.float64] = raw.compressed().astype(np.float64)
        heights = heights[np.isfinite(heights)]
        if nodata is None:
            found = [
                v
                for v in _FILLERS
                if not _LOWEST_M <= v * scale + offset <= _HIGHEST_M and (heights == v).any()
            ]
            fillers.update(found)
            heights = heights[~np.isin(heights, found)] if found else heights
        valid += heights.size
        if heights.size:
            low, high = min(low, float(heights.min())), max(high, float(heights.max()))
    if not valid:
        raise Unprocessable("the raster has no valid pixel at all")
    if len(fillers) > 1:
        raise Unprocessable(f"the values {sorted(fillers)} look like 'no data'; state the one that is")
    if fillers:
        nodata = fillers.pop()
        warnings.append(f"{nodata:g} is not a height on Earth and was taken as 'no data'")
    facts: dict[str, Any] = {"nodata": nodata, "scale": scale, "offset_m": offset}
    if kind == "elevation":
        low_m, high_m = sorted((low * scale + offset, high * scale + offset))
        if low_m < _LOWEST_M or high_m > _HIGHEST_M:
            raise Unprocessable(
                f"heights from {low_m:g} to {high_m:g} m are not of the Earth's surface; "
                "state nodata, scale or unit in the file"
            )
        facts |= {"low_m": low_m, "high_m": high_m}
    return facts


def _windows(source: DatasetReader) -> Iterator[Window]:
    """Windows of whole blocks, so that none is unpacked twice; never more than `_PIXELS` where blocks allow.

    Strips of whole rows where the file has strips, or blocks that are larger than a window.
    """
    block_rows, block_columns = source.block_shapes[0]
    tiled = block_columns < source.width and block_rows * block_columns <= _PIXELS
    rows = min(source.height, block_rows if tiled else max(1, _PIXELS // source.width))
    columns = min(source.width, max(block_columns if tiled else 1, _PIXELS // rows))
    if tiled:
        columns = max(block_columns, columns // block_columns * block_columns)
    for row in range(0, source.height, rows):
        for column in range(0, source.width, columns):
            yield Window(column, row, min(columns, source.width - column), min(rows, source.height - row))


def _write(source: DatasetReader, system: CRS, kind: str, nodata: float | None, scratch: Path) -> Path:
    """Write the COG. GDAL works block by block, so memory does not follow the file's size."""
    plain = scratch / "plain.tif"
    ready = source
    changed = system != source.crs or nodata != source.nodata or source.driver != "GTiff"
    if changed:
        profile = {
            "driver": "GTiff", "width": source.width, "height": source.height, "count": source.count,
            "dtype": source.dtypes[0], "crs": system, "transform": source.transform, "nodata": nodata,
            "tiled": True, "blockxsize": 512, "blockysize": 512, "BIGTIFF": "IF_SAFER",
        }  # fmt: skip
        with rasterio.open(plain, "w", **profile) as copy:
            copy.colorinterp = source.colorinterp
            for window in _windows(source):
                copy.write(source.read(window=window), window=window)
                if kind == "imagery" and nodata is None:
                    copy.write_mask(source.dataset_mask(window=window), window=window)
        ready = rasterio.open(plain)
    smooth = "BILINEAR" if kind == "elevation" else "AVERAGE"
    shutil.copy(ready, scratch / COVERAGE, driver="COG", RESAMPLING=smooth, **_CREATE)
    if changed:
        ready.close()
        plain.unlink()
    return scratch / COVERAGE


def _name(system: CRS) -> str:
    authority = system.to_authority(confidence_threshold=90)
    return ":".join(authority) if authority else system.to_wkt()

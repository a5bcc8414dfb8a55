"""Files whose bytes are the same on every run: no clock, no order by chance, rounded numbers."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import shapely
from pyogrio import raw

from sample_data.gen import frame

STAMP = "2023-09-07T00:00:00.000Z"
"""What GeoPackage writes as `last_change` and DBF as its date, instead of today."""

Row = Mapping[str, Any]


def text(value: Any) -> Any:
    """A value as a CSV cell: ISO dates, JSON for lists and objects, blank for unknown."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, (list, tuple, dict)):
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return value


def csv_file(path: Path, fields: Sequence[str], rows: Iterable[Sequence[Any] | Row]) -> int:
    """Write UTF-8 CSV with LF line ends; returns the number of rows."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(fields)
    count = 0
    for row in rows:
        cells = [row[f] for f in fields] if isinstance(row, Mapping) else row
        writer.writerow([text(c) for c in cells])
        count += 1
    path.write_bytes(buffer.getvalue().encode("utf-8"))
    return count


def geojson(path: Path, rows: Sequence[Row]) -> int:
    """Write RFC 7946 GeoJSON: lon, lat in degrees with 7 decimals, one feature a line, keys sorted."""
    shapes = frame.to_crs(np.array([r["geometry"] for r in rows], dtype=object), 4490)
    shapes = _in_ten_millionths(shapely.force_2d(shapes))
    lines = []
    for row, shape in zip(rows, shapely.orient_polygons(shapes), strict=True):
        properties = {
            k: v.isoformat() if isinstance(v, dt.date) else v for k, v in row.items() if k != "geometry"
        }
        feature = {
            "type": "Feature",
            "id": row.get("id"),
            "geometry": json.loads(shapely.to_geojson(shape)),
            "properties": properties,
        }
        lines.append(json.dumps(feature, ensure_ascii=False, sort_keys=True, separators=(",", ":")))
    body = '{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n"
    path.write_bytes(body.encode("utf-8"))
    return len(lines)


def _in_ten_millionths(shapes: Any) -> Any:
    """Round degrees to 7 decimals (1 cm); where that makes an outline touch itself, snap it as a whole."""

    def rounded(some: Any) -> Any:
        return shapely.transform(some, lambda xy: np.round(xy, 7))

    result = rounded(shapes)
    torn = ~shapely.is_valid(result)
    result[torn] = rounded(shapely.set_precision(shapes[torn], 1e-7))
    return result


def geopackage(path: Path, layer: str, rows: Sequence[Row], geometry_type: str) -> int:
    """Write or append a layer of a GeoPackage in EPSG:4547, coordinates in metres."""
    _vector(
        path,
        rows,
        frame.SRID,
        driver="GPKG",
        layer=layer,
        geometry_type=geometry_type,
        append=path.exists(),
        dataset_options={} if path.exists() else {"VERSION": "1.3"},
    )
    return len(rows)


def shapefile(path: Path, rows: Sequence[Row], srid: int) -> int:
    """Write a Shapefile as a cadastre office does: GBK names and text, no .cpg, zone-prefixed eastings."""
    _vector(path, rows, srid, driver="ESRI Shapefile", geometry_type="Polygon", encoding="GBK",
            layer_options={"DBF_DATE_LAST_UPDATE": STAMP[:10]})  # fmt: skip
    path.with_suffix(".cpg").unlink(missing_ok=True)
    return len(rows)


def _vector(path: Path, rows: Sequence[Row], srid: int, **options: Any) -> None:
    shapes = np.array([r["geometry"] for r in rows], dtype=object)
    if srid != frame.SRID:
        shapes = shapely.transform(frame.to_crs(shapes, srid), lambda xy: np.round(xy, 3))
    names = [name for name in rows[0] if name != "geometry"]
    columns = [_column([row[name] for row in rows]) for name in names]
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": STAMP, "OGR_GPKG_ALLOW_THREADED_RTREE": "NO"})
    raw.write(
        path,
        shapely.to_wkb(shapes, flavor="iso"),
        [c for c, _ in columns],
        names,
        field_mask=[m for _, m in columns],
        crs=f"EPSG:{srid}",
        **options,
    )


def _column(values: list[Any]) -> tuple[Any, Any]:
    """A column typed as it is meant, and which of its values are unknown.

    Whole numbers stay whole beside unknown ones, dates stay dates, lists become JSON.
    """
    unknown = np.array([v is None for v in values])
    known = [v for v in values if v is not None]
    if known and isinstance(known[0], bool):
        return np.array([bool(v) for v in values]), unknown
    if known and isinstance(known[0], int):
        return np.array([v or 0 for v in values], dtype=np.int32), unknown
    if known and isinstance(known[0], float):
        return np.array([v or 0.0 for v in values], dtype=np.float64), unknown
    if known and isinstance(known[0], dt.date):
        return np.array([(v or STAMP[:10]) for v in values], dtype="datetime64[D]"), unknown
    return np.array([None if v is None else str(text(v)) for v in values], dtype=object), unknown


def parquet(
    path: Path, fields: Sequence[str], rows: Sequence[Sequence[Any]], types: Mapping[str, pa.DataType]
) -> int:
    """Write plain Parquet with declared types and no library metadata beyond `created_by`."""
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(fields)
    arrays = [pa.array(list(c), type=types[f]) for f, c in zip(fields, columns, strict=True)]
    schema = pa.schema([(f, types[f]) for f in fields])
    pq.write_table(pa.Table.from_arrays(arrays, schema=schema), path, compression="zstd", compression_level=9,
                   version="2.6", store_schema=False, row_group_size=65536)  # fmt: skip
    return len(rows)


def json_file(path: Path, value: Any) -> None:
    """Write JSON with sorted keys, indented for people."""
    path.write_bytes((json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode("utf-8"))

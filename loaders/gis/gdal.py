"""GDAL, imported in the child only, with what it may not do switched off before it starts."""

from __future__ import annotations

import os
import sys
from typing import Any

_NO_DRIVERS = (
    "OGR_VRT,GDALG,HTTP,OAPIF,OGCAPI,WFS,CSW,Carto,"
    "AmigoCloud,Elasticsearch,EEDA,NGW,PLSCENES,PGDUMP,ADBC,GTFS"
)
"""Drivers that follow names inside a file to other files, programs or the network."""

os.environ["OGR_SKIP"] = _NO_DRIVERS
os.environ["GDAL_HTTP_TIMEOUT"] = "1"
# one file, one core: by itself GDAL reads a GeoPackage ahead with four threads, each with rows of its own
os.environ["OGR_GPKG_NUM_THREADS"] = "1"
os.environ["CPL_VSIL_CURL_ALLOWED_EXTENSIONS"] = ".none"
# pyogrio imports these only to learn their versions, which costs a second a file
_modules: dict[str, Any] = sys.modules
for _name in ("geopandas", "pandas"):
    _modules.setdefault(_name, None)

import pyogrio  # noqa: E402
from pyogrio import raw  # noqa: E402
from pyogrio.errors import DataSourceError  # noqa: E402

__all__ = ["DataSourceError", "pyogrio", "raw"]

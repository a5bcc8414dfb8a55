"""The real files: each loads or is refused with the reason expected."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.outcomes_gis import LIMIT_S, outcomes
from twin.settings import Settings

_REFUSED = {
    "cea_zone.shp": "outside the area of EPSG:32732",
    "hk_parking_basic_info.json": "not recognized",
    "metroline2.shp": "states no coordinate reference system",
    "latin1.shp": "states no coordinate reference system",
    "truncated.geojson": "Unterminated string",
}
_REJECTED = {
    "nanshan_broken_mixed.geojson": "geometry-missing 2, geometry-unreadable 1, ring-self-crossing 1",
    "nyc_osm_buildings_180.geojson": "geometry-type 738",
    "countries_nogeo.fgb": "geometry-missing 179",
}
_WRITTEN = {
    "nanshan_w_cgcs2000_epsg4547_gbk_shp.zip": 2719,
    "shenzhen_nanshan_buildings_west.geojson": 2719,
    "helsinki_buildings_all.parquet": 1932,
    "dutch_addresses_28992.gpkg": 2481,
    "shanghai_poi_hospital.csv": 7513,
    "shanghai_district_gbk.shp": 17,
    "curvepolygon.gpkg": 1,
}


@pytest.mark.shared_data
@pytest.mark.timeout(900)
def test_every_real_file_loads_or_is_refused_clearly(shared_data: Path, server_settings: Settings) -> None:
    found = outcomes(shared_data, server_settings, ("gis", "gis-bad"))
    assert len({one.file for one in found}) >= 30
    for one in found:
        assert one.verdict == ("refused" if one.file in _REFUSED else "loaded"), one
        assert _REFUSED.get(one.file, "") in one.remark
        assert one.rejected.startswith(_REJECTED.get(one.file, "")), one
        assert one.written == _WRITTEN.get(one.file, one.written), one
        assert one.seconds < LIMIT_S, "limited by the child's own clock"

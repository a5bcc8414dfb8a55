"""The real files: each loads or is refused with the reason expected."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.outcomes_citymodel import LIMIT_S, outcomes
from twin.settings import Settings

_NO_CRS = "states no coordinate reference system"
_REFUSED = {
    "3dbag_feature_x71.city.jsonl": "begins with a feature",
    "dummy.json": "outside the area of EPSG:28992",
    "many2.json": "outside the area of EPSG:28992",
    "invalid_schema_cityjson_1.json": "not JSON",
    "o4.json": "CityJSON 0.9",
    **dict.fromkeys(("3dbag_x00.city.json", "minimal.json"), "has no features"),
    **dict.fromkeys(
        (
            *("geomtemplate_2.json", "no_metadata.city.jsonl", "address.json", "cube.city.json"),
            *("extraattribute.json", "material2.city.json", "sem.json", "texture7.city.json"),
        ),
        _NO_CRS,
    ),
}
_SOLIDS = {
    "Potsdam_LoD1.gml": (97, 0),
    "lod2_buildings_v2.json": (100, 0),
    "multi_lod.json": (10, 0),
    "several_lods_valid.json": (1, 0),
    "japanese.city.json": (4, 0),
    "historicalSuccession_CityGML_3.0_LOD2_Versioning.gml": (5, 0),
    "delft.json": (0, 160),
    "rotterdam_subset.json": (0, 16),
}
"""Delft has no floors, Rotterdam no closed bodies: seen by counting edges of one face only."""


@pytest.mark.shared_data
@pytest.mark.timeout(900)
def test_every_real_file_loads_or_is_refused_clearly(shared_data: Path, server_settings: Settings) -> None:
    found = outcomes(shared_data, server_settings, ("city", "city-cjval"), at_once=2)
    assert len(found) >= 30
    assert {one.file for one in found if one.verdict == "refused"} == set(_REFUSED)
    for one in found:
        assert one.verdict == ("refused" if one.file in _REFUSED else "loaded"), one
        assert _REFUSED.get(one.file, "") in one.remark, one
        assert (one.solids, one.shells) == _SOLIDS.get(one.file, (one.solids, one.shells)), one
        assert one.seconds < LIMIT_S, "limited by the child's own clock"

"""The real rasters: each loads or is refused with the reason expected."""

from __future__ import annotations

import pytest

from tests.outcomes_raster import outcomes

_REFUSED = {
    "L7_ETMs.tif": "6 bands",
    "autzen-height.tif": "geotransform",
    "cea_zurich_terrain.tif": "area of use",
    "corrupt.tif": "cannot be read to its end",
}


@pytest.mark.shared_data
def test_every_real_raster_loads_or_is_refused_clearly(shared_data, server_settings):
    found = {one.file: one for one in outcomes(shared_data, server_settings)}
    assert len(found) >= 10
    for name, one in found.items():
        assert one.verdict == ("refused" if name in _REFUSED else "loaded"), one
        assert _REFUSED.get(name, "") in one.remark

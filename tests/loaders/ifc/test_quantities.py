"""What a file states counts, unless it is out by a unit."""

from __future__ import annotations

from pathlib import Path

import pytest

from loaders.ifc.load import load_ifc
from tests.loaders.ifc.author import DEPTH, WIDTH, house
from twin.database.connection import Database
from twin.settings import Settings

_SLAB_M3 = WIDTH * DEPTH * 0.2


def test_a_volume_in_litres_gives_way_to_the_shape(
    database: Database, settings: Settings, tmp_path: Path
) -> None:
    made = house()
    made.georeference()
    litres, net, silent = made.model.by_type("IfcSlab")
    room = made.model.by_type("IfcSpace")[0]
    made.measure(litres, "Qto_SlabBaseQuantities", GrossVolume=_SLAB_M3 * 1000)
    made.measure(net, "Qto_SlabBaseQuantities", NetVolume=_SLAB_M3 * 0.9)
    made.measure(room, "Qto_SpaceBaseQuantities", NetFloorArea=7.6 * 5.6 * 10.764)
    file = made.write(tmp_path / "house.ifc")
    report = load_ifc(file, database, settings)
    [said] = [warning for warning in report.warnings if warning.startswith("quantity-off")]
    assert "2 objects" in said
    assert litres.GlobalId in said
    assert room.GlobalId in said
    stored = {
        row["global_id"]: row["volume_m3"]
        for row in database.rows("select global_id, volume_m3 from city_now.element")
    }
    assert stored[litres.GlobalId] == pytest.approx(_SLAB_M3)
    assert stored[net.GlobalId] == pytest.approx(_SLAB_M3 * 0.9), "a tenth less is what net means"
    assert stored[silent.GlobalId] == pytest.approx(_SLAB_M3)
    area = "select area_m2 from city_now.space where global_id = %(id)s"
    assert database.scalar(area, {"id": room.GlobalId}) == pytest.approx(7.6 * 5.6)
    again = load_ifc(file, database, settings, force=True)
    assert {c.written + c.changed + c.closed for c in again.counts.values()} == {0}

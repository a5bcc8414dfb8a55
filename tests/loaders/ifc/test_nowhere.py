"""Placements that are no place, or missing: what hangs on them is named, and the rest of the model stands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from loaders.ifc.load import load_ifc
from tests.loaders.ifc.author import HEIGHT, House, house
from twin.database.connection import Database
from twin.settings import Settings

_NOWHERE = b"IFCCARTESIANPOINT((1.E308,0.,1.E308))"
_ELEVATIONS = "select floor_no, elev_m from city_now.storey order by elev_m"


def _placed() -> House:
    made = house()
    made.georeference()
    return made


def test_a_storey_at_the_end_of_the_number_range_takes_no_other_along(
    tmp_path: Path, database: Database, settings: Settings
) -> None:
    path = _placed().write(tmp_path / "house.ifc")
    content, count = re.subn(rb"IFCCARTESIANPOINT\(\(0\.,0\.,3\.5\)\)", _NOWHERE, path.read_bytes())
    assert count == 1
    path.write_bytes(content)
    report = load_ifc(path, database, settings)
    (missing,) = [warning for warning in report.warnings if warning.startswith("shape-missing:")]
    # four walls, the slab and the room of the upper floor
    assert "6 objects have no shape" in missing
    drawn = database.scalar("select count(*) from city_now.element where geometry is not null")
    assert (report.status, drawn) == ("done", 10)
    assert database.scalar("select count(*) from city_now.element") == 15
    # its own placement is nowhere, so what it states counts
    assert [(row["floor_no"], row["elev_m"]) for row in database.rows(_ELEVATIONS)] == [
        (-1, HEIGHT - 3.0), (1, HEIGHT), (2, HEIGHT + 3.5),
    ]  # fmt: skip


@pytest.mark.parametrize("reverse", [False, True])
def test_storeys_without_a_placement_stand_where_they_say(
    tmp_path: Path, database: Database, settings: Settings, reverse: bool
) -> None:
    made = _placed()
    for storey in made.storeys:
        storey.ObjectPlacement = None
    if reverse:
        for relation in made.model.by_type("IfcRelAggregates"):
            relation.RelatedObjects = tuple(reversed(relation.RelatedObjects))
    load_ifc(made.write(tmp_path / "house.ifc"), database, settings)
    assert [(row["floor_no"], row["elev_m"]) for row in database.rows(_ELEVATIONS)] == [
        (-1, HEIGHT - 3.0), (1, HEIGHT), (2, HEIGHT + 3.5),
    ]  # fmt: skip

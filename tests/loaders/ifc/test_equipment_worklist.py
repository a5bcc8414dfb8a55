"""A general kind is no end of the work where the name speaks of fire."""

from __future__ import annotations

from pathlib import Path

import ifcopenshell.api.spatial

from loaders.ifc.load import load_ifc
from tests.loaders.ifc.author import House
from twin.database.connection import Database
from twin.queries.models import unclassified
from twin.settings import Settings


def test_a_general_kind_with_a_name_of_fire_is_work(
    database: Database, settings: Settings, tmp_path: Path
) -> None:
    made = House()
    made.georeference()
    for number, name in enumerate(("消防补风机", "消防排烟机", "排风机")):
        fan = made.make("IfcFan", name)
        made.show(fan, made.box(0.5, 0.5, 0.5))
        made.place(fan, number * 1.0, 2.0, 0.5)
        ifcopenshell.api.spatial.assign_container(
            made.model, products=[fan], relating_structure=made.storeys[1]
        )
    load_ifc(made.write(tmp_path / "fans.ifc"), database, settings)
    found = unclassified(database, database.scalar("select id from twin.model"))
    assert (found["total"], found["classified"], found["unclassified"]) == (3, 2, 1)
    [group] = found["groups"]
    assert (group["called"], group["count"]) == ("消防补风机", 1)

"""The meaning of a model can be asked while its shapes are still being made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from loaders.ifc.load import load_ifc
from tests.loaders.ifc.author import house
from twin.database.connection import Database
from twin.settings import Settings


def test_rooms_doors_and_equipment_can_be_asked_before_they_have_a_shape(
    database: Database, settings: Settings, tmp_path: Path
) -> None:
    made = house()
    made.georeference()
    seen: list[dict[str, Any]] = []

    def look(what: str, done: int, total: int | None) -> None:
        if what == "meaning":
            seen.extend(
                database.rows(
                    "select (select count(*) from city_now.space) as rooms,"
                    " (select count(*) from city_now.space where geometry is not null) as drawn,"
                    " (select string_agg(distinct floor_no::text, ',') from city_now.storey) as floors,"
                    " (select count(*) from city_now.element e join twin.property_set p"
                    "  on p.feature_id = e.feature_id"
                    "  where p.sets -> 'psets' -> 'Pset_WallCommon' ->> 'FireRating' = '1.50h') as rated,"
                    " (select kind from city_now.equipment) as kind,"
                    " (select shapes_at from twin.model) as shapes_at"
                )
            )

    report = load_ifc(made.write(tmp_path / "house.ifc"), database, settings, progress=look)
    assert report.status == "done"
    assert seen == [
        {
            "rooms": 3,
            "drawn": 0,
            "floors": "-1,1,2",
            "rated": 12,
            "kind": "smoke_detector",
            "shapes_at": None,
        }
    ]
    assert database.scalar("select count(*) from city_now.space where geometry is not null") == 3

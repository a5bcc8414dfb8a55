"""How high `/3dtiles/` says the ground is for a city without elevation model."""

from __future__ import annotations

import shapely

from tests.loaders.ifc.author import EAST, NORTH

_PLAN = shapely.to_wkb(
    shapely.set_srid(shapely.MultiPolygon([shapely.box(EAST, NORTH, EAST + 9, NORTH + 9)]), 4547),
    hex=True, include_srid=True,
)  # fmt: skip


def test_it_is_the_median_of_public_buildings_that_stand(client, city):
    def said():
        return client.get("/3dtiles/").get_json()["usual_ground_m"]

    def add(code, base_m, visibility="public"):
        city.row(
            "insert into city.building (geometry, code, elev_base_m, visibility) values"
            " (%(plan)s, %(code)s, %(base)s, %(visibility)s) returning feature_id",
            {"plan": _PLAN, "code": code, "base": base_m, "visibility": visibility},
        )

    assert said() is None
    add("G-1", None)
    assert said() is None, "unknown is not zero"
    for code, base_m in (("G-2", 60.0), ("G-3", 4.0), ("G-4", 31.5)):
        add(code, base_m)
    add("G-5", 900.0, "restricted")
    assert said() == 31.5
    city.execute("update city_now.building set valid_to = now() where code in ('G-2', 'G-4')")
    assert said() == 4.0

"""What has moved and what only says so: other origins, shifted vertices, a model placed elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest

from loaders.ifc.load import load_ifc
from tests.loaders.ifc.author import EAST, House
from tiles.solids.place import ModelTileset
from tiles.solids.source import PostgisSolids
from tiles.source import PUBLIC
from twin.database.connection import Database
from twin.model.load import LoadReport
from twin.queries.models import model_changes
from twin.queries.storey_plan import storey_plan
from twin.settings import Settings

_CORNERS = [(x, y, z) for z in (0.0, 1.5) for x, y in ((0, 0), (1, 0), (1, 0.5), (0, 0.5))]
_FACES = [
    (1, 3, 2), (1, 4, 3), (5, 6, 7), (5, 7, 8), (1, 2, 6), (1, 6, 5), (2, 3, 7), (2, 7, 6), (3, 4, 8),
    (3, 8, 7), (4, 1, 5), (4, 5, 8),
]  # fmt: skip


class Shelf(House):
    """A slab, a room, a box that has a placement, and a shelf whose vertices carry its place."""

    def __init__(self) -> None:
        super().__init__()
        self.slab = self.put(self.make("IfcSlab", "楼板"), (8.0, 6.0, 0.2), (0, 0, -0.2))
        self.room = self.put(self.make("IfcSpace", "101"), (3.0, 3.0, 2.8), (0.2, 0.2, 0))
        self.box_ = self.put(self.make("IfcFurniture", "箱"), (1.0, 1.0, 1.0), (5, 1, 0))
        self.shelf = self.put(self.make("IfcFurniture", "架"), (1.0, 1.0, 1.0), (0, 0, 0))
        self.vertices = self.model.create_entity("IfcCartesianPointList3D")
        faces = self.model.create_entity(
            "IfcTriangulatedFaceSet", Coordinates=self.vertices, CoordIndex=_FACES, Closed=True
        )
        self.shelf.Representation.Representations[0].Items = [faces]
        self.shelf.Representation.Representations[0].RepresentationType = "Tessellation"
        self.stand(3.0)

    def stand(self, x: float) -> None:
        self.vertices.CoordList = [(a + x, b + 1.0, c) for a, b, c in _CORNERS]

    def rebase(self, east: float) -> None:
        for placement in self.model.by_type("IfcLocalPlacement"):
            if placement.PlacementRelTo is None:
                at = placement.RelativePlacement.Location
                at.Coordinates = (at.Coordinates[0] + east, *at.Coordinates[1:])


def _own_vertices(made: Shelf) -> None:
    made.stand(4.0)


def _own_origin(made: Shelf) -> None:
    made.stand(1.0)
    made.place(made.shelf, 2.0, 0.0, 0.0)


def _model_elsewhere(made: Shelf) -> None:
    made.model.by_type("IfcMapConversion")[0].Eastings = EAST + 10


def _other_base_point(made: Shelf) -> None:
    made.model.by_type("IfcMapConversion")[0].Eastings = EAST - 100
    made.rebase(100)


def _all_within(made: Shelf) -> None:
    made.rebase(100)


def _a_millimetre(made: Shelf) -> None:
    made.place(made.box_, 5.001, 1, 0)


def _turned(made: Shelf) -> None:
    axis = made.model.create_entity("IfcDirection", (0.0, 1.0, 0.0))
    made.box_.ObjectPlacement.RelativePlacement.RefDirection = axis
    made.box_.ObjectPlacement.RelativePlacement.Axis = made.model.create_entity(
        "IfcDirection", (0.0, 0.0, 1.0)
    )


def _without_body(made: Shelf) -> None:
    made.box_.Representation = None


_ALL = {name: ["moved"] for name in ("楼板", "101", "箱", "架")}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (_own_vertices, ({"架": ["moved"]}, {"架": 1.0}, None)),
        (_own_origin, ({}, {}, None)),
        (_model_elsewhere, ({}, {}, {"objects": 5, "moved_m": 10.0})),
        (_other_base_point, ({}, {}, None)),
        (_all_within, (_ALL, {"楼板": 100.0}, None)),
        (_a_millimetre, ({"箱": ["moved"]}, {"箱": 0.001}, None)),
        (_turned, ({"箱": ["moved"]}, {"箱": 1.0}, None)),
        (_without_body, ({"箱": ["reshaped"]}, {}, None)),
    ],
)
def test_what_has_moved(
    database: Database,
    settings: Settings,
    tmp_path: Path,
    change: Any,
    expected: tuple[dict[str, list[str]], dict[str, float], dict[str, float] | None],
) -> None:
    kinds, moved_m, together = expected
    made = Shelf()
    made.georeference()
    path = tmp_path / "shelf.ifc"
    load_ifc(made.write(path), database, settings)
    change(made)
    load_ifc(made.write(path), database, settings)
    found = model_changes(database, 1)
    changed = {
        one["name"]: one for one in found["changes"] if one["collection"] not in ("storey", "building")
    }
    assert {name: one["kinds"] for name, one in changed.items()} == kinds
    for name, far in moved_m.items():
        assert changed[name]["moved_m"] == pytest.approx(far, abs=2e-4)
    assert found["together"] == (together and pytest.approx(together, abs=1e-3))


@pytest.fixture(scope="module")
def placed_anew(
    new_database: Any, server_settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Database, list[LoadReport], datetime]]:
    """A model whose second version stands 500 m further east, with a word on its room; the moment between."""
    path = tmp_path_factory.mktemp("anew") / "shelf.ifc"
    with new_database() as url:
        database = Database(url, statement_timeout_s=0.0)
        try:
            made = Shelf()
            made.georeference()
            first = load_ifc(made.write(path), database, server_settings)
            between = database.scalar("select clock_timestamp()")
            made.model.by_type("IfcMapConversion")[0].Eastings = EAST + 500
            made.room.LongName = "会议室"
            second = load_ifc(made.write(path), database, server_settings)
            yield database, [first, second], between
        finally:
            database.close()


def test_the_3d_tiles_of_then_stand_where_the_model_stood(placed_anew: Any) -> None:
    database, _, between = placed_anew
    source = PostgisSolids(database, -3.0)
    places = []
    for moment in (between, None):
        made = source.make((), ModelTileset(1, "objects"), replace(PUBLIC, moment=moment))
        places.append(np.array(orjson.loads(made.tile.plain())["root"]["transform"])[12:15])
    assert np.linalg.norm(places[1] - places[0]) == pytest.approx(500, abs=1)


def test_the_plan_of_then_is_the_plan_of_then(placed_anew: Any) -> None:
    database, _, between = placed_anew
    number = database.scalar("select building_id from twin.model")
    now, then = (storey_plan(database, number, 1, moment=moment) for moment in (None, between))
    assert ([row["long_name"] for row in now.spaces], [row["long_name"] for row in then.spaces]) == (
        ["会议室"],
        [None],
    )
    assert now.spaces[0]["shape"].centroid.x - then.spaces[0]["shape"].centroid.x == pytest.approx(500)
    assert then.lines


def test_another_model_under_the_same_name_is_said(
    database: Database, settings: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "shelf.ifc"
    load_ifc(Shelf().write(path), database, settings)
    report = load_ifc(Shelf().write(path), database, settings)
    assert [w for w in report.warnings if w.startswith("another-model")]
    assert (report.georeference["changes"]["added"], report.georeference["changes"]["removed"]) == (8, 8)

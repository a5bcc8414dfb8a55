"""Elevations of storeys: by placement, else as stated, else unknown; never the ground by default."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from loaders.ifc.load import load_ifc
from loaders.ifc.meaning import read_meaning
from loaders.ifc.outcome import load_meaning
from tests.loaders.ifc.author import HEIGHT, House, house
from twin.database.connection import Database
from twin.settings import Settings


def _storeys(made: House, folder: Path) -> dict[str, tuple[Any, ...]]:
    read_meaning(folder, lambda _: None, path=str(made.write(folder / "storeys.ifc")), max_bytes=100_000_000)
    rows = load_meaning(folder)["storeys"]
    return {row["name"]: (row["elev_m"], row["height_m"], row["floor_no"], row["label"]) for row in rows}


def _adrift(storey: Any) -> None:
    storey.ObjectPlacement, storey.Elevation = None, None


def test_a_storey_that_says_nothing_is_at_no_known_elevation(tmp_path: Path) -> None:
    made = House()
    _adrift(made.storeys[2])
    assert _storeys(made, tmp_path) == {
        "B1": (-3.0, 3.0, -1, "B1"),
        "1F": (0.0, None, 1, "1F"),
        # its name says which floor it is, and the names of the others hold
        "2F": (None, None, 2, "2F"),
    }


@pytest.mark.parametrize(
    ("names", "floors"),
    [
        (("B1", "1F", "夹层"), [-1, 1, None]),
        # a number that is somebody's already, and names that run against the elevations
        (("B1", "1F", "1F"), [-1, 1, None]),
        (("2F", "1F", "3F"), [-1, 1, None]),
        # who is called 0 makes all others count from 0
        (("1F", "2F", "0"), [2, 3, 1]),
    ],
)
def test_its_floor_is_what_its_name_says_where_names_hold(
    tmp_path: Path, names: tuple[str, ...], floors: list[int | None]
) -> None:
    made = House()
    for number, (storey, name) in enumerate(zip(made.storeys, names, strict=True)):
        storey.Name, storey.LongName = name, str(number)
    _adrift(made.storeys[2])
    read_meaning(
        tmp_path, lambda _: None, path=str(made.write(tmp_path / "storeys.ifc")), max_bytes=100_000_000
    )
    rows = sorted(load_meaning(tmp_path)["storeys"], key=lambda row: row["long_name"])
    assert [row["floor_no"] for row in rows] == floors


def test_stated_elevations_count_where_placements_lie_in_one_plane(tmp_path: Path) -> None:
    made = House()
    for storey in made.storeys:
        made.place(storey, 0, 0, 0)
    made.storeys[1].Elevation = None
    found = _storeys(made, tmp_path)
    assert {name: elevation for name, (elevation, *_) in found.items()} == {"B1": -3.0, "2F": 3.5, "1F": None}


def test_objects_of_such_a_storey_are_where_they_are_placed(
    database: Database, settings: Settings, tmp_path: Path
) -> None:
    made = house()
    made.georeference()
    _adrift(made.storeys[2])
    report = load_ifc(made.write(tmp_path / "adrift.ifc"), database, replace(settings))
    assert report.status == "done"
    assert report.warnings == [
        "storey-elevation: 1 storeys have neither a placement nor an Elevation: 2F; how high they lie is "
        "unknown"
    ]
    storey = database.row(
        "select floor_no, elev_m, z_min_m, z_max_m, solid is null as flat, plan, st_area(geometry) as area"
        " from city_now.storey where name = '2F'"
    )
    assert storey is not None
    assert (storey["floor_no"], storey["elev_m"], storey["z_min_m"], storey["z_max_m"]) == (
        2,
        None,
        None,
        None,
    )
    assert storey["flat"]
    assert storey["plan"] is None
    assert storey["area"] == pytest.approx(8.0 * 6.0, abs=0.01)
    room = database.row("select floor_no, elev_m, z_min_m, z_max_m from city_now.space where name = '201'")
    assert room is not None
    assert (room["floor_no"], room["elev_m"]) == (2, None)
    assert (room["z_min_m"], room["z_max_m"]) == pytest.approx((HEIGHT + 3.5, HEIGHT + 3.5 + 2.8))

"""The housing register: as many homes as the city has, all below their roof, nobody named."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from sample_data.gen import enterprises, units
from tests.sample_data.fix_city import Sample


def test_homes_add_up_to_the_known_total(demo: Sample) -> None:
    kinds = Counter(demo.units()["kind"])
    assert kinds["R"] + kinds["RV"] == pytest.approx(146_000, rel=0.03)
    typology = {r["bldg_code"]: r["typology"] for r in demo.layer("buildings.gpkg")}
    homes = Counter(
        typology[building]
        for building, kind in zip(demo.units()["bldg_code"], demo.units()["kind"], strict=True)
        if kind in {"R", "RV"}
    )
    for code, known in (("UV", 41_600), ("WS", 26_000), ("HT", 78_300)):
        assert homes[code] == pytest.approx(known, rel=0.03), code


def test_hospitals_have_the_beds_of_the_plan(demo: Sample) -> None:
    places = [f["properties"] for f in demo.features("facilities.geojson")]
    assert sum(p["capacity"] for p in places if p["kind"] == "hospital") == pytest.approx(7_000, rel=0.03)


def test_unit_codes_say_building_floor_and_room(either: Sample) -> None:
    columns = either.units()
    assert len(set(columns["unit_code"])) == len(columns["unit_code"])
    floors = {r["bldg_code"]: r["floors_up"] for r in either.layer("buildings.gpkg")}
    wrong = either.wrong
    for code, building, floor in zip(
        columns["unit_code"], columns["bldg_code"], columns["floor_no"], strict=True
    ):
        assert len(code) == 25
        assert code.startswith(building)
        if wrong.get(code) == "unit_above_roof":
            assert floor > floors[building]
        elif wrong.get(building) != "floor_mismatch":
            assert int(code[19:22]) == floor <= floors[building]


def test_floor_table_has_every_floor_of_every_building(either: Sample) -> None:
    counted = Counter(r["bldg_code"] for r in either.rows("floors.csv") if int(r["floor_no"]) > 0)
    for row in either.layer("buildings.gpkg"):
        expected = row["floors_up"] - (3 if either.wrong.get(row["bldg_code"]) == "floor_mismatch" else 0)
        assert counted[row["bldg_code"]] == expected
    assert all(r["floor_no"] != "0" for r in either.rows("floors.csv"))


def test_vacancy_and_leases_agree_with_occupancy(either: Sample) -> None:
    columns = either.units()
    fields = ("occupancy", "vacant_since", "lease_no", "lease_start", "lease_end")
    for state, since, lease, start, end in zip(*(columns[f] for f in fields), strict=True):
        assert (since is not None) == (state == "V")
        assert lease is None or (state == "R" and start < end)


def test_no_person_is_in_the_register(either: Sample) -> None:
    assert all(re.fullmatch(r"P-[0-9a-f]{8}", token) for token in either.units()["owner_token"])
    for file in either.folder.rglob("*.csv"):
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"(?<!\d)1[3-9]\d{9}(?!\d)", text), (
            f"{file.name} holds what looks like a mobile number"
        )
        assert not re.search(r"(?<!\d)\d{17}[\dX](?!\d)", text), (
            f"{file.name} holds what looks like an identity number"
        )


def test_firms_are_as_many_as_asked_and_sit_in_open_rooms(demo: Sample) -> None:
    rows = demo.rows("enterprises.csv")
    assert len(rows) == 4200
    state = dict(zip(demo.units()["unit_code"], demo.units()["occupancy"], strict=True))
    wrong = demo.wrong
    for row in rows:
        assert row["name"].startswith("示例")
        if row["ent_id"] not in wrong:
            assert state[row["unit_code"]] == "B"
    assert sum(r["section"] == "F" for r in rows) / len(rows) == pytest.approx(0.42, abs=0.03)


def test_credit_codes_cannot_be_real() -> None:
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    for n in range(200):
        code = enterprises.credit_code(f"unit-{n}")
        total = sum(alphabet.index(c) * pow(3, i, 31) for i, c in enumerate(code[:17]))
        assert len(code) == 18
        assert alphabet[(31 - total % 31) % 31] != code[17]


@pytest.mark.parametrize(
    ("floor", "n", "tail"), [(1, 1, "001001"), (33, 8, "033008"), (-1, 2, "901002"), (-2, 1, "902001")]
)
def test_basements_count_from_900(floor: int, n: int, tail: str) -> None:
    assert units.unit_code("4403030059019000001", floor, n)[19:] == tail

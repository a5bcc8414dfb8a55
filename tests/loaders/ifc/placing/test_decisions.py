"""A decision holds for the model, the statement and the building it was made for, and can be taken back."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from loaders.ifc.load import load_ifc
from loaders.ifc.placing.place import propose_places
from tests.loaders.ifc.author import EAST, House, house
from tests.loaders.ifc.placing.annexe import TURN_DEG, model
from twin.database.connection import Database
from twin.errors import Conflict, TwinError, Unprocessable
from twin.queries.placing import placing, placings
from twin.settings import Settings
from twin.store.placing import accepted, decide, propose


def _placed(database: Database, source: str) -> tuple[str, float | None]:
    row = database.row(
        "select placement, matrix[4] as east from twin.model where source = %(source)s", {"source": source}
    )
    assert row is not None
    return row["placement"], row["east"]


def shifted(east: float) -> House:
    made = model()
    made.georeference(TURN_DEG, Eastings=EAST + east)
    return made


def test_a_model_loaded_anew_wants_a_new_proposal(city: Database, settings: Settings, tmp_path: Path) -> None:
    path = model().write(tmp_path / "house.ifc")
    source = load_ifc(path, city, settings).source
    _, ids = propose_places(city, source)
    load_ifc(path, city, settings)
    made = model()
    made.describe(made.building, "Pset_BuildingCommon", NumberOfStoreys=2)
    load_ifc(made.write(path), city, settings)
    with pytest.raises(Conflict, match="loaded anew"):
        decide(city, ids[0], "accepted", actor="surveyor")
    assert placing(city, ids[0])["decision"] is None
    _, ids = propose_places(city, source)
    decide(city, ids[0], "accepted", actor="surveyor")


def test_a_city_that_changed_wants_a_new_proposal(city: Database, settings: Settings, tmp_path: Path) -> None:
    source = load_ifc(model().write(tmp_path / "house.ifc"), city, settings).source
    _, ids = propose_places(city, source)
    number = placing(city, ids[0])["building_id"]
    city.execute("update city_now.building set height_m = 9 where feature_id = %(id)s", {"id": number})
    city.execute(
        "update city_now.building set geometry = st_translate(geometry, 3, 0) where feature_id = %(id)s",
        {"id": number},
    )
    with pytest.raises(Conflict, match="another outline"):
        decide(city, ids[0], "accepted", actor="surveyor")
    city.execute("delete from city_now.building where feature_id = %(id)s", {"id": number})
    with pytest.raises(Conflict, match="no longer there"):
        decide(city, ids[0], "accepted", actor="surveyor")


def test_an_edit_beside_the_outline_does_not_hold_up(
    city: Database, settings: Settings, tmp_path: Path
) -> None:
    source = load_ifc(model().write(tmp_path / "house.ifc"), city, settings).source
    _, ids = propose_places(city, source)
    city.execute("update city_now.building set height_m = 9")
    assert decide(city, ids[0], "accepted", actor="surveyor") == source


def test_a_place_is_taken_back_and_both_words_stay(
    city: Database, settings: Settings, tmp_path: Path
) -> None:
    path = shifted(40).write(tmp_path / "house.ifc")
    source = load_ifc(path, city, settings).source
    stated = _placed(city, source)
    _, ids = propose_places(city, source)
    with pytest.raises(Conflict, match="not in use"):
        decide(city, ids[0], "withdrawn", actor="chief")
    decide(city, ids[0], "accepted", actor="surveyor")
    load_ifc(path, city, settings)
    assert _placed(city, source) == ("accepted", pytest.approx(EAST, abs=0.5))
    decide(city, ids[0], "withdrawn", actor="chief", note="wrong block")
    assert load_ifc(path, city, settings).status == "done"
    assert _placed(city, source) == stated
    row = placing(city, ids[0])
    assert (row["decision"], row["decided_by"]) == ("accepted", "surveyor")
    assert (row["withdrawn_by"], row["withdrawn_note"]) == ("chief", "wrong block")
    with pytest.raises(Conflict):
        decide(city, ids[0], "withdrawn", actor="chief")


def test_an_older_file_gets_the_place_accepted_for_it(
    city: Database, settings: Settings, tmp_path: Path
) -> None:
    """Two statements, a decision for each; whichever file comes, its own decision counts."""
    path = tmp_path / "house.ifc"
    places = {}
    for east in (40, 60):
        source = load_ifc(shifted(east).write(path), city, settings).source
        _, ids = propose_places(city, source)
        places[east] = ids[0]
        decide(city, ids[0], "accepted", actor="surveyor")
    report = load_ifc(shifted(40).write(path), city, settings)
    assert not any(sentence.startswith("placing-outdated") for sentence in report.warnings)
    assert report.georeference["accepted"] == places[40]
    assert _placed(city, source) == ("accepted", pytest.approx(EAST, abs=0.5))
    assert {row["id"] for row in accepted(city, source)} == set(places.values())


def test_another_building_under_the_same_name_is_not_put_there(
    city: Database, settings: Settings, tmp_path: Path
) -> None:
    """Both files say nothing of their place, which is the same statement."""
    path = model().write(tmp_path / "house.ifc")
    source = load_ifc(path, city, settings).source
    _, ids = propose_places(city, source)
    decide(city, ids[0], "accepted", actor="surveyor")
    load_ifc(path, city, settings)
    assert _placed(city, source)[0] == "accepted"
    other = House()
    other.put(other.make("IfcSlab", "楼板"), (60.0, 4.0, 0.2), (0, 0, 0))
    report = load_ifc(other.write(path), city, settings)
    assert any("of another outline" in sentence for sentence in report.warnings)
    assert _placed(city, source) == ("needs-placing", None)


def test_what_was_rejected_is_said_when_it_comes_again(
    city: Database, settings: Settings, tmp_path: Path
) -> None:
    source = load_ifc(model().write(tmp_path / "house.ifc"), city, settings).source
    _, ids = propose_places(city, source)
    decide(city, ids[0], "rejected", actor="surveyor", note="not that one")
    _, again = propose_places(city, source)
    told = placing(city, again[0])["rejected_before"]
    assert (told["id"], told["by"], told["note"]) == (ids[0], "surveyor", "not that one")


def _open(city: Database, settings: Settings, folder: Path, **more: Any) -> tuple[str, list[int]]:
    source = load_ifc(house().write(folder / "house.ifc"), city, settings).source
    row = city.row("select st_asbinary(geometry) as shape, feature_id as id from city_now.building limit 1")
    assert row is not None
    proposal = {
        "statement": "s", "problem": "shifted", "building_id": row["id"], "residual_m": 0.1, "overlap": 1.0,
        "matrix": [float(i % 5 == 0) for i in range(16)], "rotation_deg": 0.0, "shift_m": 1.0,
        "ambiguous": True, "footprint": bytes(row["shape"]), "stated_footprint": None,
        "load_id": city.scalar("select load_id from twin.model"),
    } | more  # fmt: skip
    return source, propose(city, source, [proposal] * 2)


def test_two_people_at_once_leave_one_place(city: Database, settings: Settings, tmp_path: Path) -> None:
    """Each holds one row when it wants the other: without one order of locks it is a deadlock."""
    source, ids = _open(city, settings, tmp_path)
    for _ in range(10):
        said: list[str] = []
        begin = threading.Barrier(2)

        def accept(number: int, begin: threading.Barrier = begin, said: list[str] = said) -> None:
            begin.wait()
            try:
                decide(city, number, "accepted", actor=f"p{number}")
                said.append("accepted")
            except TwinError as error:
                said.append(type(error).__name__)

        people = [threading.Thread(target=accept, args=(number,)) for number in ids]
        for one in people:
            one.start()
        for one in people:
            one.join()
        assert sorted(said) == ["Conflict", "accepted"]
        rows = placings(city, source=source)
        assert sorted(row["decision"] for row in rows) == ["accepted", "rejected"]
        assert len({row["decided_by"] for row in rows}) == 1
        city.execute("update twin.placing set decision = null, decided_by = null, decided_at = null")


@pytest.mark.parametrize("problem", ["mirrored", "model-unit"])
def test_a_wrong_file_is_not_put_right_by_a_place(
    city: Database, settings: Settings, tmp_path: Path, problem: str
) -> None:
    _, ids = _open(city, settings, tmp_path, problem=problem)
    with pytest.raises(Unprocessable, match="then load it again"):
        decide(city, ids[0], "accepted", actor="surveyor")
    decide(city, ids[0], "rejected", actor="surveyor")

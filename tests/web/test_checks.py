"""Checks of a model as the map gets them: with the feature, the floor and the place of each finding."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from loaders.ifc.check.result import from_stored
from loaders.ifc.check.run import check_file
from loaders.ifc.load import load_ifc
from tests.loaders.ifc.author import EAST, HEIGHT, NORTH
from tests.loaders.ifc.check.author import Block
from twin.database.connection import Database
from twin.errors import Conflict, NotFound
from twin.queries.checks import stored_check
from twin.settings import Settings
from twin.store.checks import models_of_file, write_check


@pytest.fixture(scope="module")
def block() -> Block:
    made = Block(without={"2:east"}, exit_width_m=1.0)
    made.house.georeference()
    return made


@pytest.fixture(scope="module")
def path(block: Block, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return block.write(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="module")
def model(city: Database, server_settings: Settings, path: Path) -> int:
    assert load_ifc(path, city, server_settings).status == "done"
    return int(city.scalar("select id from twin.model"))


@pytest.fixture(scope="module")
def result(server_settings: Settings, path: Path) -> dict:
    return check_file(path, server_settings).as_dict()


def test_a_model_nobody_checked_is_unknown(client: FlaskClient, model: int) -> None:
    answer = client.get(f"/api/models/{model}/checks").json
    assert (answer["answer"], answer["checked_at"], answer["stale"]) == ("unknown", None, False)
    assert (answer["rules"], answer["findings"], answer["matched"]) == ([], [], 0)
    assert client.get(f"/api/models/{model + 1}/checks").status_code == 404


@pytest.fixture(scope="module")
def kept(city: Database, model: int, result: dict) -> int:
    return write_check(city, model, result)


@pytest.mark.usefixtures("kept")
def test_findings_carry_feature_floor_and_place(
    client: FlaskClient, city: Database, model: int, block: Block, result: dict
) -> None:
    answer = client.get(f"/api/models/{model}/checks").json
    assert answer["answer"] == "fail"
    assert answer["checked_at"]
    assert answer["rules"] == result["rules"]
    assert [(f["rule"], f["floor_no"]) for f in answer["findings"]] == [
        ("two-ways-out", 2),
        ("escape-door-width", 1),
    ]
    flat = answer["findings"][0]
    assert flat["global_id"] == block.spaces["2:main"].GlobalId
    row = city.row(
        "select feature_id, floor_no from city_now.space where global_id = %(g)s", {"g": flat["global_id"]}
    )
    assert row == {"feature_id": flat["feature_id"], "floor_no": 2}
    # the middle of the flat: x 0.2 to 7.8, y 3.2 to 5.8, z 3.5 to 6.3 in the model
    expected = city.row(
        "select st_x(p) as lon, st_y(p) as lat from st_transform(st_setsrid("
        "st_makepoint(%(e)s, %(n)s), 4547), 4326) p",
        {"e": EAST + 4.0, "n": NORTH + 4.5},
    )
    assert flat["lon"] == pytest.approx(expected["lon"], abs=1e-7)
    assert flat["lat"] == pytest.approx(expected["lat"], abs=1e-7)
    assert flat["height_m"] == pytest.approx(HEIGHT + 4.9, abs=0.01)
    assert set(flat["message"]) == {"zh", "en"}


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize(
    ("query", "rules"),
    [
        ("rule=two-ways-out", ["two-ways-out"]),
        ("floor=1", ["escape-door-width"]),
        ("answer=unknown", []),
        ("severity=error", ["two-ways-out", "escape-door-width"]),
        ("limit=1", ["two-ways-out"]),
    ],
)
def test_findings_can_be_chosen(client: FlaskClient, model: int, query: str, rules: list[str]) -> None:
    answer = client.get(f"/api/models/{model}/checks?{query}").json
    assert [finding["rule"] for finding in answer["findings"]] == rules
    assert answer["matched"] == (2 if "limit" in query else len(rules))


@pytest.mark.usefixtures("kept")
def test_a_wrong_filter_is_named(client: FlaskClient, model: int) -> None:
    answer = client.get(f"/api/models/{model}/checks?answer=pass")
    assert (answer.status_code, answer.json["parameter"]) == (400, "answer")


def test_what_is_kept_is_what_was_found(city: Database, model: int, result: dict, kept: int) -> None:
    assert kept == len(result["findings"]) == 2
    assert from_stored(stored_check(city, model)).as_dict() == result
    # again: replaced, not added to
    assert write_check(city, model, result) == kept
    assert city.scalar("select count(*) from twin.model_finding") == kept


def test_text_that_the_database_does_not_take_is_kept_all_the_same(
    city: Database, model: int, result: dict
) -> None:
    (first, *rest) = result["findings"]
    broken = {**first, "name": "a\0b", "message": {"zh": "\0", "en": "x\0"}}
    write_check(city, model, {**result, "findings": [broken, *rest], "notes": ["n\0"]})
    row = stored_check(city, model)
    assert (row["findings"][0]["name"], row["about"]["notes"]) == ("a\ufffdb", ["n\ufffd"])
    write_check(city, model, result)


def test_a_check_belongs_to_the_file_that_was_loaded(city: Database, model: int, result: dict) -> None:
    assert models_of_file(city, result["file_sha256"]) == [model]
    assert models_of_file(city, "00" * 32) == []
    with pytest.raises(Conflict, match="other content"):
        write_check(city, model, {**result, "file_sha256": "00" * 32})
    with pytest.raises(NotFound, match="no model 999"):
        write_check(city, 999, result)
    with pytest.raises(NotFound, match="--model 999"):
        stored_check(city, 999)


@pytest.mark.usefixtures("kept")
def test_a_newer_load_makes_the_check_stale(client: FlaskClient, city: Database, model: int) -> None:
    number = city.scalar("select load_id from twin.model")
    change = "update twin.load set file_sha256 = %(s)s where id = %(l)s"
    before = city.scalar("select file_sha256 from twin.load where id = %(l)s", {"l": number})
    city.execute(change, {"s": "11" * 32, "l": number})
    assert client.get(f"/api/models/{model}/checks").json["stale"] is True
    city.execute(change, {"s": before, "l": number})
    assert client.get(f"/api/models/{model}/checks").json["stale"] is False


@pytest.mark.usefixtures("kept")
def test_what_is_said_of_a_hidden_row_is_hidden(client: FlaskClient, city: Database, model: int) -> None:
    hide = "update city.space set visibility = %(v)s where feature_id = %(f)s and valid_to is null"
    flat = client.get(f"/api/models/{model}/checks?rule=two-ways-out").json["findings"][0]["feature_id"]
    city.execute(hide, {"v": "fire", "f": flat})
    answer = client.get(f"/api/models/{model}/checks").json
    assert [finding["rule"] for finding in answer["findings"]] == ["escape-door-width"]
    assert answer["matched"] == 1
    city.execute(hide, {"v": "public", "f": flat})
    assert client.get(f"/api/models/{model}/checks").json["matched"] == 2


@dataclass(frozen=True)
class Newer:
    """The model after a second file: loads, an instant between them, and what checking the second found."""

    first: int
    second: int
    before: str
    path: Path


@pytest.fixture
def newer(city: Database, server_settings: Settings, block: Block, path: Path, model: int) -> Newer:
    first = city.scalar("select load_id from twin.model where id = %(m)s", {"m": model})
    before = city.scalar("select clock_timestamp()").isoformat()
    block.doors["way-out"].OverallWidth = 1.3
    second = load_ifc(block.write(path.parent), city, server_settings)
    assert second.status == "done"
    return Newer(first, second.load_id, before, path)


def test_each_version_keeps_the_check_of_its_file(
    client: FlaskClient, city: Database, server_settings: Settings, result: dict, newer: Newer
) -> None:
    """The way out is wide enough in the next file: the check of before is told as of before."""
    model = city.scalar("select id from twin.model")

    def told(**query: str) -> tuple[str, bool, list[str], int]:
        answer = client.get(f"/api/models/{model}/checks", query_string=query).json
        return answer["answer"], answer["stale"], [f["rule"] for f in answer["findings"]], answer["load_id"]

    both = ["two-ways-out", "escape-door-width"]
    # until the new file is checked: now the old check, stale; then the same, which was of that file
    assert told() == ("fail", True, both, newer.second)
    assert told(datetime=newer.before) == ("fail", False, both, newer.first)
    again = check_file(newer.path, server_settings).as_dict()
    assert write_check(city, model, again) == 1
    assert told() == ("fail", False, ["two-ways-out"], newer.second)
    assert told(datetime=newer.before) == ("fail", False, both, newer.first)
    # before the first file the model is as that file says
    assert told(datetime="1999-01-01T00:00:00Z") == ("fail", False, both, newer.first)
    assert from_stored(stored_check(city, model)).as_dict() == again
    city.execute("delete from twin.model_check where file_sha256 = %(s)s", {"s": result["file_sha256"]})
    assert told(datetime=newer.before) == ("unknown", False, [], newer.first)
    wrong = client.get(f"/api/models/{model}/checks?datetime=then")
    assert (wrong.status_code, wrong.json["parameter"]) == (400, "datetime")

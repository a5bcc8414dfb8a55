"""What the children leave for the parent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest

from loaders.ifc.abridged import ROLES, read_abridged, write_abridged
from loaders.ifc.outcome import load_meaning, load_sets
from loaders.ifc.scratch import MEANING, RowWriter, read_rows, spilled, write_meaning
from loaders.ifc.spill import Spill, read_spilled


@pytest.mark.parametrize("count", [0, 1, 500, 501, 1001])
def test_a_meaning_comes_back_with_its_rows_and_sets(count: int, tmp_path: Path) -> None:
    rows = [{"global_id": f"门 {number}", "origin": np.arange(3.0), "none": None} for number in range(count)]
    doors = Spill(spilled(tmp_path, "opening"))
    for row in rows:
        doors.append(row)
    others = {role: Spill(spilled(tmp_path, role)) for role in ROLES if role != "opening"}
    sets = {f"a\t{number}": {"psets": {"X": {"行\n": number}}} for number in range(count)}
    meaning = {"schema": "IFC4", "opening": doors, **others, "sets": sets, "storeys": [{"global_id": "1F"}]}
    write_meaning(tmp_path / MEANING, meaning)
    for spill in (doors, *others.values()):
        spill.close()
    read = load_meaning(tmp_path)
    assert read == {
        "schema": "IFC4", "storeys": [{"global_id": "1F"}], "space": [], "equipment": [], "element": [],
        "opening": [{**row, "origin": [0.0, 1.0, 2.0]} for row in rows],
    }  # fmt: skip
    assert {identity: orjson.loads(text) for identity, text in load_sets(tmp_path)} == sets


@pytest.mark.parametrize("count", [0, 1, 500, 501, 1001])
def test_rows_and_their_bytes_come_back_in_order(count: int, tmp_path: Path) -> None:
    rows = [
        {"n": number, "none": None, "body": bytes([number % 256]) * (number + 1)} for number in range(count)
    ]
    with RowWriter(tmp_path / "rows.json") as writer:
        for row in rows:
            writer.write(row)
    assert list(read_rows(tmp_path / "rows.json")) == rows


def test_the_abridged_meaning_keeps_what_is_shown_every_opening_and_every_stair(tmp_path: Path) -> None:
    def row(identity: str, ifc_class: str, shown: bool, **more: Any) -> dict[str, Any]:
        keys = ("parent", "storey", "building", "predefined_type")
        return {
            "global_id": identity,
            "ifc_class": ifc_class,
            "shown": shown,
            **dict.fromkeys(keys, "x"),
            **more,
        }

    meaning: dict[str, Any] = {
        "storeys": [{"global_id": "1F"}], "buildings": [], "boundaries": {"D": ["A", "B"]}, "sets": {"W": {}},
        "space": [row("A", "IfcSpace", True), row("B", "IfcSpace", False)],
        "opening": [row("D", "IfcDoor", False, width_m=0.9, name="left out")],
        "equipment": [row("E", "IfcValve", True, kind=None)],
        "element": [row("S", "IfcStair", False), row("W", "IfcWall", False)],
    }  # fmt: skip
    write_abridged(tmp_path / "a", meaning, {role: [meaning[role]] for role in ROLES})
    read = read_abridged(tmp_path / "a")
    assert {role: [r["global_id"] for r in read[role]] for role in ROLES} == {
        "space": ["A"], "opening": ["D"], "equipment": ["E"], "element": ["S"],
    }  # fmt: skip
    assert (read["opening"][0]["width_m"], read["equipment"][0]["kind"]) == (0.9, None)
    assert "name" not in read["opening"][0]
    assert "sets" not in read
    assert (read["storeys"], read["boundaries"]) == (meaning["storeys"], meaning["boundaries"])


@pytest.mark.parametrize("count", [0, 1, 500, 501, 1001])
def test_spilled_rows_come_back_some_hundreds_at_a_time(count: int, tmp_path: Path) -> None:
    spill = Spill(tmp_path / "door.rows")
    for number in range(count):
        spill.append({"global_id": str(number)})
    parts = list(spill.parts())
    assert [row["global_id"] for part in parts for row in part] == [str(number) for number in range(count)]
    assert all(len(part) <= 500 for part in parts)
    assert list(read_spilled(tmp_path / "door.rows")) == parts

"""What the children leave for the parent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest

from loaders.ifc.abridged import ROLES, read_abridged, write_abridged
from loaders.ifc.scratch import RowWriter, read_rows, write_meaning
from loaders.ifc.spill import Spill


@pytest.mark.parametrize("count", [0, 1, 500, 501, 1001])
def test_rows_written_in_parts_are_the_rows(count: int, tmp_path: Path) -> None:
    rows = [{"global_id": str(number), "origin": np.arange(3.0)} for number in range(count)]
    meaning: dict[str, Any] = {
        "schema": "IFC4",
        "space": rows,
        "sets": {str(i): {"x": i} for i in range(count)},
    }
    write_meaning(tmp_path / "meaning.json", meaning)
    read = orjson.loads((tmp_path / "meaning.json").read_bytes())
    assert read == orjson.loads(orjson.dumps(meaning, option=orjson.OPT_SERIALIZE_NUMPY))


@pytest.mark.parametrize("count", [0, 1, 500, 501, 1001])
def test_rows_and_their_bytes_come_back_in_order(count: int, tmp_path: Path) -> None:
    rows = [
        {"n": number, "none": None, "body": bytes([number % 256]) * (number + 1)} for number in range(count)
    ]
    with RowWriter(tmp_path / "rows.json") as writer:
        for row in rows:
            writer.write(row)
    assert read_rows(tmp_path / "rows.json") == rows


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
def test_spilled_rows_give_the_same_bytes_as_a_list(count: int, tmp_path: Path) -> None:
    rows = [
        {"global_id": f"门 {number}", "origin": np.arange(3.0), "none": None, "x": 0.1 * number}
        for number in range(count)
    ]
    spill = Spill(tmp_path / "door.rows")
    for row in rows:
        spill.append(row)
    write_meaning(tmp_path / "spilled", {"schema": "IFC4", "opening": spill, "element": []})
    write_meaning(tmp_path / "listed", {"schema": "IFC4", "opening": rows, "element": []})
    assert (tmp_path / "spilled").read_bytes() == (tmp_path / "listed").read_bytes()
    parts = list(spill.parts())
    assert [row["global_id"] for part in parts for row in part] == [row["global_id"] for row in rows]
    assert all(len(part) <= 500 for part in parts)
    spill.remove()
    assert not (tmp_path / "door.rows").exists()

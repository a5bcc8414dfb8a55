"""A check as a whole: limits, files that kill a kernel, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from loaders.ifc.check import run
from loaders.ifc.check.limits import read_limits
from loaders.ifc.check.run import check_file
from tests.loaders.ifc.check.author import Block, judge
from twin.errors import InvalidInput, SourceUnreadable
from twin.settings import Settings


def test_limits_of_a_user_are_held_to_ours(tmp_path: Path) -> None:
    path = tmp_path / "limits.toml"
    for text, said in (
        ("[door]\nescape_m = 1", r"\[door\] is no table of limits"),
        ("[doors]\nescape = 1", "no limit 'escape'; there are escape_m"),
        ("[doors]\nescape_m = '1'", "escape_m must be a number"),
        ("[doors]\nescape_m = true", "escape_m must be a number"),
        ("[doors]\nescape_m = -1", "escape_m must be a number"),
        ("[doors]\nescape_m = nan", "escape_m must be a number"),
        ("[compartments]\nlow_m2 = {'1' = 3}", "low_m2 must be a table of numbers for 1, 2, 3, 4"),
        ("doors = 3", r"\[doors\] is no table"),
        ("[doors", "is not TOML"),
    ):
        path.write_text(text)
        with pytest.raises(InvalidInput, match=said):
            read_limits(path)
    path.write_text("[doors]\nescape_m = 1.2\nsource = 'our own'\nverified = true")
    doors = read_limits(path)["doors"]
    assert (doors["escape_m"], doors["source"], doors["verified"]) == (1.2, "our own", True)
    assert doors["ground_exit_m"] == read_limits()["doors"]["ground_exit_m"]


def test_every_limit_names_its_source() -> None:
    for table in read_limits().values():
        assert table["source"]
        assert isinstance(table["verified"], bool)
        # what is said to come from a standard has not been compared with its text
        assert table["verified"] is ("GB " not in table["source"])


def test_without_shapes_the_other_rules_still_answer(
    tmp_path: Path, server_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Block().write(tmp_path)
    # no time at all: the child that meshes is stopped like one that hangs
    monkeypatch.setattr(run, "_STEP_BASE_S", 0)
    monkeypatch.setattr(run, "_STEP_PER_MB_S", 0)
    result = check_file(path, server_settings)
    answers = {outcome.rule: str(outcome.answer) for outcome in result.outcomes}
    assert {rule for rule, answer in answers.items() if answer == "unknown"} == {
        "two-ways-out",
        "stair-reaches-ground",
    }
    assert result.answer == "unknown"
    assert any(note.startswith("shapes-unmeasured: ") for note in result.notes)


def test_a_file_that_is_no_model_is_refused(tmp_path: Path, server_settings: Settings) -> None:
    path = tmp_path / "broken.ifc"
    path.write_text("nothing")
    with pytest.raises(SourceUnreadable, match="not an IFC model"):
        check_file(path, server_settings)
    with pytest.raises(SourceUnreadable, match="took longer than 0 s"):
        check_file(Block().write(tmp_path), replace(server_settings, load_seconds=0))


_RULES = {
    "pjs003": ("malformed-global-id", 9),
    "ojt001": ("userdefined-without-type", 10),
    "sps005": ("outside-storey", 4),
}
# what these break is a rule we do not have, or have under another name
_OTHERWISE = {
    "fail-ojt001-scenario03-typed_via_relation_and_at_occurrence.ifc": None,
    "fail-sps005-element_without_spatial_relationship_ifc2x3.ifc": "in-two-places",
    "fail-sps005-multiple_spatial_relationships.ifc": "in-two-places",
    "fail-sps005-multiple_spatial_relationships_ifc2x3.ifc": "in-two-places",
}


@pytest.mark.shared_data
@pytest.mark.parametrize("code", _RULES)
def test_rule_files_of_buildingsmart_come_out_as_their_names_say(
    shared_data: Path, tmp_path: Path, code: str
) -> None:
    rule, least = _RULES[code]
    files = sorted(shared_data.glob(f"ifc-rules/{code}/*.ifc"))
    assert len(files) >= least
    for path in files:
        asked = _OTHERWISE.get(path.name, rule)
        if asked is not None:
            failed = judge(path, tmp_path)[asked].failed > 0
            assert failed == path.name.startswith("fail"), path.name

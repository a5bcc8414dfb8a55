"""IDS: what passes and fails, what is never believed, and where a wrong file is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from loaders.ifc.check.ids import read_ids
from loaders.ifc.check.run import check_file
from tests.loaders.ifc.check.author import Block
from twin.errors import SourceUnreadable
from twin.settings import Settings

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_TEXT = "<{0}><simpleValue>{1}</simpleValue></{0}>"


def _specification(name: str, ifc_class: str, usage: str, requirement: str = "", **attributes: str) -> str:
    low, high = {"required": ("1", "unbounded"), "optional": ("0", "unbounded"), "prohibited": ("0", "0")}[
        usage
    ]
    said = "".join(f' {key}="{value}"' for key, value in attributes.items())
    version = "" if "ifcVersion" in attributes else ' ifcVersion="IFC4"'
    return (
        f'<specification name="{name}"{version}{said}>\n'
        f'<applicability minOccurs="{low}" maxOccurs="{high}"><entity>{_TEXT.format("name", ifc_class)}'
        f"</entity></applicability>\n{requirement}</specification>\n"
    )


def _ids(*specifications: str) -> str:
    return (
        f'{_HEAD}<ids xmlns="http://standards.buildingsmart.org/IDS">\n<info><title>消防</title></info>\n'
        f"<specifications>\n{''.join(specifications)}</specifications></ids>\n"
    )


_RATED = (
    '<requirements><property dataType="IFCLABEL">'
    + _TEXT.format("propertySet", "Pset_DoorCommon")
    + _TEXT.format("baseName", "FireRating")
    + "</property></requirements>"
)
_NAMED = "<requirements><attribute>" + _TEXT.format("name", "Name") + "</attribute></requirements>"


def test_specifications_answer_like_rules(tmp_path: Path, server_settings: Settings) -> None:
    block = Block()
    block.house.describe(block.doors["2:east"], "Pset_DoorCommon", FireRating="乙级")
    rules = tmp_path / "fire.ids"
    rules.write_text(
        _ids(
            _specification("门有耐火等级", "IFCDOOR", "optional", _RATED, identifier="FD-1"),
            _specification("Storeys are named", "IFCBUILDINGSTOREY", "required", _NAMED),
            _specification("No proxies", "IFCBUILDINGELEMENTPROXY", "prohibited"),
            _specification("No sensors", "IFCSENSOR", "prohibited"),
            _specification("A roof", "IFCROOF", "required"),
            _specification("Chillers", "IFCCHILLER", "optional", _NAMED),
            _specification("Of IFC2x3", "IFCWALL", "required", ifcVersion="IFC2X3"),
        ),
        encoding="utf-8",
    )
    result = check_file(block.write(tmp_path), server_settings, ids=rules)
    by_rule = {outcome.rule: outcome for outcome in result.outcomes if outcome.rule.startswith("ids:")}
    assert {rule: (str(o.answer), o.passed, o.failed) for rule, o in by_rule.items()} == {
        "ids:FD-1": ("fail", 1, 6),
        "ids:2": ("pass", 3, 0),
        "ids:3": ("pass", 1, 0),
        "ids:4": ("fail", 0, 1),
        "ids:5": ("fail", 0, 1),
        # IDS lets these pass; nothing was looked at, so we do not
        "ids:6": ("unknown", 0, 0),
        "ids:7": ("unknown", 0, 0),
    }
    first = next(f for f in by_rule["ids:FD-1"].findings if f.subject.floor_no == 2)
    assert first.subject.ifc_class == "IfcDoor"
    assert first.subject.point_m is not None
    assert "FireRating" in (first.expected or "")
    assert by_rule["ids:FD-1"].title["zh"] == "门有耐火等级"


def test_a_wrong_file_is_told_by_line(tmp_path: Path) -> None:
    path = tmp_path / "wrong.ids"
    path.write_text(_ids(_specification("x", "IFCDOOR", "optional")).replace("<title>", "<titel>", 1)
                    .replace("</title>", "</titel>"), encoding="utf-8")  # fmt: skip
    with pytest.raises(SourceUnreadable, match=r"wrong\.ids is not valid IDS 1\.0: line 3: /ids/info"):
        read_ids(path)
    path.write_text(_ids().replace("</ids>", ""), encoding="utf-8")
    with pytest.raises(SourceUnreadable, match=r"not well formed.*line \d+"):
        read_ids(path)
    path.write_text("<ids/>", encoding="utf-8")
    with pytest.raises(SourceUnreadable, match=r"no IDS 1\.0"):
        read_ids(path)


_BOMB = '<!DOCTYPE ids [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused_before_they_are_read(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "bomb.ids"
    path.write_text(
        _ids().replace(_HEAD, f'<?xml version="1.0" encoding="{encoding}"?>{_BOMB}'), encoding=encoding
    )
    with pytest.raises(SourceUnreadable, match="document type or entities"):
        read_ids(path)


def test_a_wrong_ids_stops_the_check_before_the_model_is_read(
    tmp_path: Path, server_settings: Settings
) -> None:
    rules, model = tmp_path / "bomb.ids", tmp_path / "model.ifc"
    rules.write_text(_HEAD + _BOMB + "<ids/>")
    model.write_text("this is no model either")
    with pytest.raises(SourceUnreadable, match=r"bomb\.ids"):
        check_file(model, server_settings, ids=rules)

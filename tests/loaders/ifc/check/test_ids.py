"""IDS: what passes and fails, what is never believed, and where a wrong file is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.ifc.check import run
from loaders.ifc.check.ids import read_ids
from loaders.ifc.check.run import check_file
from tests.loaders.ifc.check.author import Block
from tests.loaders.ifc.check.ids_author import HEAD, TEXT, ids, specification
from twin.errors import SourceUnreadable
from twin.settings import Settings

_EITHER = """<requirements><property dataType="IFCLABEL">
<propertySet><simpleValue>Pset_DoorCommon</simpleValue></propertySet>
<baseName><simpleValue>FireRating</simpleValue></baseName>
<value><xs:restriction base="xs:string">
<xs:enumeration value="甲级"/><xs:enumeration value="乙级"/></xs:restriction>
</value></property></requirements>"""
_RATED = (
    '<requirements><property dataType="IFCLABEL">'
    + TEXT.format("propertySet", "Pset_DoorCommon")
    + TEXT.format("baseName", "FireRating")
    + "</property></requirements>"
)
_NAMED = "<requirements><attribute>" + TEXT.format("name", "Name") + "</attribute></requirements>"


def test_specifications_answer_like_rules(tmp_path: Path, server_settings: Settings) -> None:
    block = Block()
    block.house.describe(block.doors["2:east"], "Pset_DoorCommon", FireRating="乙级")
    rules = tmp_path / "fire.ids"
    rules.write_text(
        ids(
            specification("门有耐火等级", "IFCDOOR", "optional", _RATED, identifier="FD-1"),
            specification("甲级或乙级", "IFCDOOR", "optional", _EITHER, identifier="FD-2"),
            specification("Storeys are named", "IFCBUILDINGSTOREY", "required", _NAMED),
            specification("No proxies", "IFCBUILDINGELEMENTPROXY", "prohibited"),
            specification("No sensors", "IFCSENSOR", "prohibited"),
            specification("A roof", "IFCROOF", "required"),
            specification("Chillers", "IFCCHILLER", "optional", _NAMED),
            specification("Of IFC2x3", "IFCWALL", "required", ifcVersion="IFC2X3"),
        ),
        encoding="utf-8",
    )
    result = check_file(block.write(tmp_path), server_settings, ids=rules)
    by_rule = {outcome.rule: outcome for outcome in result.outcomes if outcome.rule.startswith("ids:")}
    assert {rule: (str(o.answer), o.passed, o.failed) for rule, o in by_rule.items()} == {
        "ids:FD-1": ("fail", 1, 6),
        "ids:FD-2": ("fail", 1, 6),
        "ids:3": ("pass", 3, 0),
        "ids:4": ("pass", 1, 0),
        "ids:5": ("fail", 0, 1),
        "ids:6": ("fail", 0, 1),
        # IDS lets these pass; nothing was looked at, so we do not
        "ids:7": ("unknown", 0, 0),
        "ids:8": ("unknown", 0, 0),
    }
    first = next(f for f in by_rule["ids:FD-1"].findings if f.subject.floor_no == 2)
    assert first.subject.ifc_class == "IfcDoor"
    assert first.subject.point_m is not None
    assert "FireRating" in (first.expected or "")
    assert by_rule["ids:FD-1"].title["zh"] == "门有耐火等级"


def test_a_wrong_file_is_told_by_line(tmp_path: Path) -> None:
    path = tmp_path / "wrong.ids"
    path.write_text(ids(specification("x", "IFCDOOR", "optional")).replace("<title>", "<titel>", 1)
                    .replace("</title>", "</titel>"), encoding="utf-8")  # fmt: skip
    with pytest.raises(SourceUnreadable, match=r"wrong\.ids is not valid IDS 1\.0: line 3: /ids/info"):
        read_ids(path)
    path.write_text(ids().replace("</ids>", ""), encoding="utf-8")
    with pytest.raises(SourceUnreadable, match=r"not well formed.*line \d+"):
        read_ids(path)
    path.write_text("<ids/>", encoding="utf-8")
    with pytest.raises(SourceUnreadable, match=r"no IDS 1\.0"):
        read_ids(path)


_WHOLE = ids(specification("x", "IFCDOOR", "optional", _RATED)).encode()


@settings(max_examples=80, deadline=None)
@given(
    content=st.one_of(
        st.binary(max_size=80),
        st.builds(
            lambda at, cut, new: _WHOLE[:at] + new + _WHOLE[at + cut :],
            st.integers(0, len(_WHOLE)),
            st.integers(0, 20),
            st.one_of(st.binary(max_size=6), st.sampled_from([b"&x;", b"<a>", b'"', b"encoding='big5'"])),
        ),
    )
)
def test_whatever_is_in_the_file_it_is_an_ids_or_refused(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.mktemp("ids") / "any.ids"
    path.write_bytes(content)
    try:
        assert read_ids(path).specifications
    except SourceUnreadable as error:
        assert str(error).startswith("any.ids")


_BOMB = '<!DOCTYPE ids [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'


@pytest.mark.parametrize("encoding", ["big5", "nonsense"])
def test_an_encoding_nobody_reads_is_refused(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "any.ids"
    path.write_text(ids().replace("UTF-8", encoding), encoding="utf-8")
    with pytest.raises(SourceUnreadable, match=r"any\.ids: the XML is not well formed"):
        read_ids(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused_before_they_are_read(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "bomb.ids"
    path.write_text(
        ids().replace(HEAD, f'<?xml version="1.0" encoding="{encoding}"?>{_BOMB}'), encoding=encoding
    )
    with pytest.raises(SourceUnreadable, match="document type or entities"):
        read_ids(path)


def test_a_wrong_ids_stops_the_check_before_the_model_is_read(
    tmp_path: Path, server_settings: Settings
) -> None:
    rules, model = tmp_path / "bomb.ids", tmp_path / "model.ifc"
    rules.write_text(HEAD + _BOMB + "<ids/>")
    model.write_text("this is no model either")
    with pytest.raises(SourceUnreadable, match=r"bomb\.ids"):
        check_file(model, server_settings, ids=rules)


def _pattern(text: str) -> str:
    name = "<simpleValue>Name</simpleValue>"
    value = f'<xs:restriction base="xs:string"><xs:pattern value="{text}"/></xs:restriction>'
    return f"<requirements><attribute><name>{name}</name><value>{value}</value></attribute></requirements>"


def test_a_pattern_that_never_ends_takes_only_the_ids_along(
    tmp_path: Path, server_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    block = Block()
    block.house.project.Name = "a" * 60 + "b"
    rules = tmp_path / "patterns.ids"
    rules.write_text(ids(specification("Never", "IFCPROJECT", "required", _pattern("((a+)+)+c"))))
    monkeypatch.setattr(run, "_STEP_BASE_S", 8)
    result = check_file(block.write(tmp_path), server_settings, ids=rules)
    *ours, stuck = result.outcomes
    assert {str(outcome.answer) for outcome in ours} == {"pass"}
    assert (stuck.rule, str(stuck.answer)) == ("ids", "unknown")
    assert "longer than 8 s" in (stuck.why or {})["en"]


def test_a_pattern_that_is_none_takes_only_its_specification_along(
    tmp_path: Path, server_settings: Settings
) -> None:
    rules = tmp_path / "patterns.ids"
    rules.write_text(
        ids(
            specification("Broken", "IFCPROJECT", "required", _pattern("([")),
            specification("Good", "IFCPROJECT", "required", _pattern(".*")),
        )
    )
    result = check_file(Block().write(tmp_path), server_settings, ids=rules)
    broken, good = result.outcomes[-2:]
    assert (str(broken.answer), str(good.answer)) == ("unknown", "pass")
    assert "cannot be checked" in (broken.why or {})["en"]


@pytest.mark.parametrize(
    ("written", "instead", "why"),
    [
        ('minOccurs="1"', 'minOccurs="2"', "minOccurs 2 with maxOccurs unbounded"),
        ('maxOccurs="unbounded"', 'maxOccurs="5"', "minOccurs 1 with maxOccurs 5"),
        ('<xs:pattern value=".*"/>', '<xs:totalDigits value="1"/>', "restriction totalDigits"),
        (
            '<xs:pattern value=".*"/>',
            '<xs:minLength value="1"/><xs:fractionDigits value="1"/>',
            "restriction fractionDigits",
        ),
    ],
)
def test_what_ids_gives_no_meaning_to_is_unknown_and_no_pass(
    tmp_path: Path, server_settings: Settings, written: str, instead: str, why: str
) -> None:
    plain = ids(specification("Odd", "IFCDOOR", "required", _pattern(".*")))
    assert written in plain
    rules = tmp_path / "odd.ids"
    rules.write_text(plain.replace(written, instead), encoding="utf-8")
    outcome = check_file(Block().write(tmp_path), server_settings, ids=rules).outcomes[-1]
    assert (outcome.rule, str(outcome.answer), outcome.checked) == ("ids:1", "unknown", 0)
    assert why in (outcome.why or {})["en"]


def test_a_file_of_an_older_version_is_told_which(tmp_path: Path) -> None:
    space = "http://standards.buildingsmart.org/IDS"
    old = ids(specification("x", "IFCDOOR", "optional")).replace(
        f'<ids xmlns="{space}"',
        f'<ids xmlns="{space}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        f'xsi:schemaLocation="{space} {space}/0.9.6/ids.xsd"',
    )
    path = tmp_path / "old.ids"
    path.write_text(old.replace("<specification name", '<specification minOccurs="0" name'), encoding="utf-8")
    with pytest.raises(SourceUnreadable, match=r"'minOccurs' .* not allowed.*it is IDS 0\.9\.6: export"):
        read_ids(path)

"""BCF 3.0: another reader understands it, and it keeps to the order and words of the schema."""

from __future__ import annotations

import dataclasses
import re
import zipfile
from pathlib import Path
from typing import Any, get_args, get_type_hints
from xml.etree import ElementTree

import bcf.v3.model as schema
import numpy as np
import pytest
from bcf.v3.bcfxml import BcfXml
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.ifc.check.answer import Answer, Finding, Outcome, Subject, say
from loaders.ifc.check.bcf import write_bcf
from loaders.ifc.check.result import CheckResult
from loaders.ifc.check.viewpoint import viewpoint

_GUIDS = [f"{number:022d}" for number in range(2_400)]


def _result(findings: list[Finding]) -> CheckResult:
    outcome = Outcome(
        "two-ways-out",
        say("每户两条疏散路径", "Every flat has two ways out"),
        "error",
        {"values": {}, "source": "GB 55037-2022", "verified": False},
        failed=len(findings),
        findings=findings,
    )
    return CheckResult(
        "塔楼.ifc",
        "ab" * 32,
        "IFC4",
        {"global_id": "2" * 22, "name": "工程"},
        "2026-11-25T08:00:00Z",
        [outcome],
    )


def _finding(
    number: int, floor_no: int | None = 2, name: str = "201室", answer: Answer = Answer.FAIL
) -> Finding:
    return Finding(
        "two-ways-out", answer, "error",
        Subject(_GUIDS[number], "IfcSpace", name, f"{floor_no}层", floor_no, (number * 10.0, 5.0, 3.0)),
        say("只有一条疏散路径", "only one way leads out"), ">= 2", "1", say("增设楼梯", "add a stair"),
    )  # fmt: skip


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "findings.bcf"
    findings = [_finding(0), _finding(1), _finding(2, -1), _finding(3, answer=Answer.UNKNOWN)]
    assert write_bcf(_result(findings), path) == 3
    return path


def test_another_reader_finds_topics_and_selected_objects(archive: Path) -> None:
    with BcfXml.load(archive) as read:
        assert read.version.version_id == "3.0"
        assert (read.project.name, read.project.project_id) == ("工程", "2" * 22)
        topics = sorted(read.topics.values(), key=lambda handler: handler.topic.index)
        titles = [handler.topic.title for handler in topics]
        words = "每户两条疏散路径 / Every flat has two ways out"
        assert titles == [f"{words} · 2F (2)", f"{words} · B1 (1)", f"{words} · 2F (1)"]
        first = topics[0]
        assert first.topic.topic_type in read.extensions.topic_types.topic_type
        assert first.topic.topic_status in read.extensions.topic_statuses.topic_status
        assert first.topic.priority in read.extensions.priorities.priority
        assert first.topic.creation_author in read.extensions.users.user
        assert "only one way leads out" in first.topic.description
        assert "GB 55037-2022 (not verified" in first.topic.description
        (view,) = first.viewpoints.values()
        selected = view.visualization_info.components.selection.component
        assert [component.ifc_guid for component in selected] == _GUIDS[:2]
        assert view.visualization_info.components.visibility.view_setup_hints.spaces_visible


def test_a_topic_of_thousands_has_several_viewpoints(tmp_path: Path) -> None:
    path = tmp_path / "many.bcf"
    assert write_bcf(_result([_finding(number) for number in range(2_345)]), path) == 1
    with BcfXml.load(path) as read:
        (topic,) = read.topics.values()
        views = [one.visualization_info.components.selection.component for one in topic.viewpoints.values()]
        assert sorted(len(one) for one in views) == [345, 1_000, 1_000]
        assert {each.ifc_guid for one in views for each in one} == set(_GUIDS[:2_345])
        assert [one.index for one in topic.topic.viewpoints.view_point] == [0, 1, 2]


def test_every_file_keeps_to_the_schema(archive: Path) -> None:
    # the reader's classes are made from the XSD of buildingSMART: order, names, patterns
    roots = {
        "bcf.version": schema.Version,
        "project.bcfp": schema.ProjectInfo,
        "extensions.xml": schema.Extensions,
        "markup.bcf": schema.Markup,
        "viewpoint.bcfv": schema.VisualizationInfo,
    }
    with zipfile.ZipFile(archive) as files:
        names = files.namelist()
        assert len(names) == 3 + 2 * 3
        for name in names:
            root = ElementTree.fromstring(files.read(name))
            _hold(root, roots[Path(name).name], name)


def _hold(element: ElementTree.Element, kind: type, path: str) -> None:
    """Hold an element to the class the schema makes of it."""
    assert not isinstance(kind, str)
    hints = get_type_hints(kind)
    fields = {f.metadata.get("name"): f for f in dataclasses.fields(kind)}
    order = list(fields)
    positions = [order.index(child.tag) for child in element]
    assert positions == sorted(positions), f"{path}/{element.tag}: children out of order"
    for name, declared in fields.items():
        values = (
            [element.get(name)]
            if declared.metadata["type"] == "Attribute" and name in element.attrib
            else [child.text for child in element if child.tag == name]
        )
        assert values or not declared.metadata.get("required"), f"{path}/{element.tag}: {name} is missing"
        pattern = declared.metadata.get("pattern")
        assert not pattern or all(re.fullmatch(pattern, value or "") for value in values)
    assert set(element.attrib) <= set(fields)
    for child in element:
        inner = _inner(hints[fields[child.tag].name])
        if dataclasses.is_dataclass(inner):
            _hold(child, inner, f"{path}/{element.tag}")


def _inner(hint: Any) -> Any:
    """The class inside `list[...]` and `Optional[...]`."""
    while get_args(hint):
        hint = next(a for a in get_args(hint) if a is not type(None))
    return hint


def test_the_same_findings_give_the_same_bytes(tmp_path: Path) -> None:
    paths = [tmp_path / "a.bcf", tmp_path / "b.bcf"]
    for path in paths:
        write_bcf(_result([_finding(0)]), path)
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert [p.name for p in tmp_path.iterdir() if p.suffix != ".bcf"] == []


@settings(max_examples=40, deadline=None)
@given(name=st.text(max_size=30))
def test_any_name_can_be_written(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    path = tmp_path_factory.mktemp("bcf") / "x.bcf"
    write_bcf(_result([_finding(0, name=name)]), path)
    with zipfile.ZipFile(path) as files:
        for entry in files.namelist():
            ElementTree.fromstring(files.read(entry))


@settings(max_examples=60, deadline=None)
@given(
    points=st.lists(st.tuples(*[st.floats(-1e4, 1e4)] * 3), min_size=1, max_size=6),
)
def test_everything_selected_is_in_view(points: list[tuple[float, float, float]]) -> None:
    root = ElementTree.fromstring(viewpoint("0" * 8, _GUIDS[:1], points, spaces=False))
    eye, look, up = (
        np.array([float(root.find(f"PerspectiveCamera/{tag}/{axis}").text) for axis in "XYZ"])
        for tag in ("CameraViewPoint", "CameraDirection", "CameraUpVector")
    )
    assert abs(look @ up) < 1e-5
    assert np.linalg.norm(look) == pytest.approx(1, abs=1e-5)
    half = np.radians(float(root.find("PerspectiveCamera/FieldOfView").text) / 2)
    for point in points:
        ray = np.array(point) - eye
        assert np.arccos(np.clip(ray @ look / np.linalg.norm(ray), -1, 1)) <= half + 1e-3

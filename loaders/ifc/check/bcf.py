"""Findings as a BCF 3.0 archive (buildingSMART BCF-XML 3.0), for the program that made the model.

One topic a rule, floor and answer, with the objects concerned selected in a viewpoint, or in several.
The same findings give the same topics, so that a second check updates the first.
"""

from __future__ import annotations

import uuid
import zipfile
from collections import defaultdict
from pathlib import Path
from xml.etree import ElementTree

from loaders.ifc.check.answer import Finding, Outcome, both
from loaders.ifc.check.result import CheckResult
from loaders.ifc.check.viewpoint import Point, is_ifc_guid, viewpoint
from loaders.ifc.check.xml import add, document

_NAMESPACE = uuid.UUID("6f1d2c0e-6f0b-5a53-9a3e-6d0f0c7f1b1d")
_AUTHOR = "checks@city-twin.invalid"
"""BCF wants an e-mail address; this top level never resolves (RFC 2606)."""
_STATUS = "Open"
_PRIORITIES = {"error": "Critical", "warning": "Major", "info": "Normal"}
_TYPES = {"fail": "Error", "unknown": "Info"}
_LISTED = 50
"""Objects described in a topic's text; all of them are selected."""
_SELECTED = 1_000
"""Components of a viewpoint; the documentation of BCF advises against more, for those who draw them."""
_EPOCH = (1980, 1, 1, 0, 0, 0)
Group = tuple[Outcome, int | None, list[Finding]]


def write_bcf(result: CheckResult, path: Path) -> int:
    """Write all findings; how many topics.

    Parameters
    ----------
    result : CheckResult
        Of one file.
    path : Path
        The `.bcf` (or `.bcfzip`) to write; replaced as a whole.
    """
    groups = _groups(result)
    partial = path.with_name(f".{path.name}.part")
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive:
        _store(archive, "bcf.version", _version())
        _store(archive, "project.bcfp", _project(result))
        _store(archive, "extensions.xml", _extensions(result))
        for index, group in enumerate(groups, 1):
            guid = _guid(result, group, "topic")
            portions = [group[2][i : i + _SELECTED] for i in range(0, len(group[2]), _SELECTED)]
            names = ["viewpoint", *(f"viewpoint-{number}" for number in range(2, len(portions) + 1))]
            views = {name: _guid(result, group, name) for name in names}
            _store(archive, f"{guid}/markup.bcf", _markup(result, group, index, guid, views))
            for (name, view), findings in zip(views.items(), portions, strict=True):
                _store(archive, f"{guid}/{name}.bcfv", _viewpoint(result, view, findings))
    partial.replace(path)
    return len(groups)


def _groups(result: CheckResult) -> list[Group]:
    found: list[Group] = []
    for outcome in result.outcomes:
        by_floor: dict[tuple[str, int | None], list[Finding]] = defaultdict(list)
        for finding in outcome.findings:
            by_floor[finding.answer, finding.subject.floor_no].append(finding)
        for (_, floor_no), findings in by_floor.items():
            found.append((outcome, floor_no, findings))
    return found


def _guid(result: CheckResult, group: Group, what: str) -> str:
    outcome, floor_no, findings = group
    project = result.project["global_id"] or result.file_name
    return str(uuid.uuid5(_NAMESPACE, f"{project}|{outcome.rule}|{floor_no}|{findings[0].answer}|{what}"))


def _viewpoint(result: CheckResult, view: str, findings: list[Finding]) -> bytes:
    components = [f.subject.global_id for f in findings if f.subject.global_id]
    points = [f.subject.point_m for f in findings if f.subject.point_m]
    spaces = any(f.subject.ifc_class == "IfcSpace" for f in findings)
    return viewpoint(view, components, points or _everything(result), spaces=spaces)


def _everything(result: CheckResult) -> list[Point]:
    return [f.subject.point_m for f in result.findings if f.subject.point_m]


def _store(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    # a fixed date: the same findings give the same bytes
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, content)


def _version() -> bytes:
    return document(ElementTree.Element("Version", VersionId="3.0"))


def _project(result: CheckResult) -> bytes:
    root = ElementTree.Element("ProjectInfo")
    project = add(root, "Project", ProjectId=result.project["global_id"] or result.file_sha256)
    add(project, "Name", result.project["name"] or result.file_name)
    return document(root)


def _extensions(result: CheckResult) -> bytes:
    """Words the topics use, as the schema asks for them."""
    root = ElementTree.Element("Extensions")
    lists: tuple[tuple[str, str, list[str]], ...] = (
        ("TopicTypes", "TopicType", list(_TYPES.values())),
        ("TopicStatuses", "TopicStatus", [_STATUS]),
        ("Priorities", "Priority", list(_PRIORITIES.values())),
        ("TopicLabels", "TopicLabel", sorted({outcome.rule for outcome in result.outcomes})),
        ("Users", "User", [_AUTHOR]),
    )
    for plural, singular, words in lists:
        parent = add(root, plural)
        for word in words:
            add(parent, singular, word)
    return document(root)


def _markup(result: CheckResult, group: Group, index: int, guid: str, views: dict[str, str]) -> bytes:
    outcome, floor_no, findings = group
    first = findings[0]
    root = ElementTree.Element("Markup")
    file = add(add(add(root, "Header"), "Files"), "File", IsExternal="true")
    if is_ifc_guid(result.project["global_id"]):
        file.set("IfcProject", str(result.project["global_id"]))
    add(file, "Filename", result.file_name)
    topic = add(root, "Topic", Guid=guid, TopicType=_TYPES[first.answer], TopicStatus=_STATUS)
    floor = "" if floor_no is None else f" · {floor_no}F" if floor_no > 0 else f" · B{-floor_no}"
    add(topic, "Title", f"{both(outcome.title)}{floor} ({len(findings)})")
    add(topic, "Priority", _PRIORITIES[first.severity])
    add(topic, "Index", str(index))
    add(add(topic, "Labels"), "Label", outcome.rule)
    add(topic, "CreationDate", result.checked_at)
    add(topic, "CreationAuthor", _AUTHOR)
    add(topic, "Description", _description(outcome, findings))
    listed = add(topic, "Viewpoints")
    for number, (name, view) in enumerate(views.items()):
        seen = add(listed, "ViewPoint", Guid=view)
        add(seen, "Viewpoint", f"{name}.bcfv")
        add(seen, "Index", str(number))
    return document(root)


def _description(outcome: Outcome, findings: list[Finding]) -> str:
    lines = []
    for finding in findings[:_LISTED]:
        subject = finding.subject
        who = " ".join(part for part in (subject.ifc_class, subject.name, subject.global_id) if part)
        compared = " | ".join(
            f"{word}: {value}"
            for word, value in (("expected", finding.expected), ("found", finding.found))
            if value
        )
        lines.append(f"{who}: {both(finding.message)}{f' ({compared})' if compared else ''}")
    if len(findings) > _LISTED:
        lines.append(f"… +{len(findings) - _LISTED}")
    lines.append(f"→ {both(findings[0].remedy)}")
    if outcome.limit is not None:
        checked = "" if outcome.limit["verified"] else " (not verified / 未核对原文)"
        lines.append(f"§ {outcome.limit['source']}{checked}")
    return "\n".join(lines)

"""Checking a building model, each step against who else does it, on the sample tower.

BCF: 400 topics with a viewpoint by us and by bcf-client. IDS: ours, in its child process and
with our own rules besides, against ifctester alone in this process. Our rules have no peer
that is free to run; their line says what they cost.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ifcopenshell
import ifctester.ids
import numpy as np
from bcf.v3.bcfxml import BcfXml
from bcf.v3.visinfo import VisualizationInfoHandler

from loaders.ifc.check.answer import Answer, Finding, Outcome, Subject, say
from loaders.ifc.check.bcf import write_bcf
from loaders.ifc.check.result import CheckResult
from loaders.ifc.check.run import check_file
from sample_data.models.build import build_models
from tests.benchmarks.server import Options

_TOPICS = 400
_IDS = """<ids xmlns="http://standards.buildingsmart.org/IDS"><info><title>x</title></info><specifications>
<specification name="doors" ifcVersion="IFC4"><applicability minOccurs="0" maxOccurs="unbounded"><entity>
<name><simpleValue>IFCDOOR</simpleValue></name></entity></applicability><requirements>
<property dataType="IFCLABEL"><propertySet><simpleValue>Pset_DoorCommon</simpleValue></propertySet>
<baseName><simpleValue>FireRating</simpleValue></baseName></property></requirements></specification>
</specifications></ids>"""


def run(options: Options) -> list[dict[str, Any]]:
    """Rows for the report: least seconds of each, ratio to ours."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        build_models(folder)
        tower, rules = folder / "LH-RES-01.ifc", folder / "doors.ids"
        rules.write_text(_IDS)
        groups: dict[str, dict[str, Callable[[], None]]] = {
            f"BCF of {_TOPICS} topics": {
                "ours": lambda: _ours(folder / "ours.bcf"),
                "bcf-client": lambda: _bcf_client(folder / "peer.bcf"),
            },
            f"tower, {tower.stat().st_size / 1e6:.1f} MB": {
                "ours: 13 rules": lambda: _check(tower, options, None),
                "ours: 13 rules and IDS": lambda: _check(tower, options, rules),
                "ifctester alone: IDS": lambda: _ifctester(tower, rules),
            },
        }
        return [
            row for what, contestants in groups.items() for row in _race(what, contestants, options.rounds)
        ]


def _race(what: str, contestants: dict[str, Callable[[], None]], rounds: int) -> list[dict[str, Any]]:
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    names = list(contestants)
    for number in range(rounds):
        for name in names[number % len(names) :] + names[: number % len(names)]:
            started = time.monotonic()
            contestants[name]()
            seconds[name].append(time.monotonic() - started)
    best = min(seconds[names[0]])
    return [
        {"what": what, "who": name, "s": round(min(spent), 3), "ours / this": round(best / min(spent), 2)}
        for name, spent in seconds.items()
    ]


def _check(tower: Path, options: Options, ids: Path | None) -> None:
    check_file(tower, options.settings, ids=ids)


def _ifctester(tower: Path, rules: Path) -> None:
    ids = ifctester.ids.open(str(rules), validate=True)
    ids.validate(ifcopenshell.open(str(tower)))


def _ours(path: Path) -> None:
    outcomes = []
    for number in range(_TOPICS):
        title = say(f"规则{number}", f"rule {number}")
        subject = Subject(f"{number:022d}", "IfcDoor", "门", "1层", 1, (float(number), 0.0, 0.0))
        finding = Finding(f"r{number}", Answer.FAIL, "error", subject, title, "1", "0", title)
        outcomes.append(Outcome(f"r{number}", title, "error", failed=1, findings=[finding]))
    result = CheckResult("x.ifc", "00", "IFC4", {"global_id": None, "name": "x"}, "2026-01-01T00:00:00Z")
    result.outcomes = outcomes
    assert write_bcf(result, path) == _TOPICS


def _bcf_client(path: Path) -> None:
    with BcfXml.create_new("x") as archive:
        for number in range(_TOPICS):
            topic = archive.add_topic(f"rule {number}", "text", "a@b.invalid", "Error", "Open")
            view = VisualizationInfoHandler.create_from_point_and_guids(
                np.array([float(number), 0.0, 0.0]), f"{number:022d}"
            )
            topic.add_visinfo_handler(view)
        archive.save(path)

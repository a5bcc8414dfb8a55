"""The authored models of the sample city, checked as a whole: what is expected of each is written here."""

from __future__ import annotations

from pathlib import Path

import pytest

from loaders.ifc.check.run import check_file
from sample_data.models.build import build_models
from twin.settings import Settings

_TOWER = {
    "two-ways-out": ("pass", 252),
    "stair-reaches-ground": ("pass", 70),
    "compartment-area": ("pass", 35),
    "escape-door-width": ("fail", 148),
    "duplicate-global-id": ("pass", None),
    "malformed-global-id": ("pass", None),
    "outside-storey": ("pass", None),
    "in-two-places": ("pass", None),
    "storey-order": ("pass", 36),
    "space-without-area": ("pass", 662),
    "building-without-code": ("pass", 1),
    "sensor-without-device": ("pass", 893),
    "userdefined-without-type": ("pass", None),
}
_PUMP_STATION = _TOWER | {
    # nobody lives there, and it is one compartment that nobody drew
    "two-ways-out": ("unknown", 0),
    "stair-reaches-ground": ("pass", 1),
    "compartment-area": ("unknown", 0),
    "escape-door-width": ("pass", 6),
    "storey-order": ("pass", 4),
    "space-without-area": ("pass", 11),
    "sensor-without-device": ("pass", 11),
}


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    build_models(folder)
    return folder


@pytest.mark.parametrize(
    ("name", "expected", "answer"),
    [("LH-RES-01", _TOWER, "fail"), ("LH-PMP-03", _PUMP_STATION, "unknown")],
)
def test_a_sample_model_comes_out_as_expected(
    server_settings: Settings, models: Path, name: str, expected: dict, answer: str
) -> None:
    result = check_file(models / f"{name}.ifc", server_settings)
    found = {o.rule: (str(o.answer), o.checked) for o in result.outcomes}
    assert {
        rule: (said, None if expected[rule][1] is None else checked)
        for rule, (said, checked) in found.items()
    } == expected
    assert all(checked > 0 for _, checked in found.values() if _ in ("pass", "fail"))
    assert result.answer == answer
    # the narrow glass doors at both ends of the ground floor's corridor, and the control room's own
    assert [(f.subject.name, f.subject.floor_no, f.found) for f in result.findings] == (
        [
            ("外门 900×2400", 1, "overall width 0.90 m"),
            ("外门 900×2400", 1, "overall width 0.90 m"),
            ("消防控制室外门", 1, "overall width 0.90 m"),
        ]
        if name == "LH-RES-01"
        else []
    )

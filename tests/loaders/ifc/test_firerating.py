"""Fire ratings in minutes, as people of many countries write them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.ifc.firerating import fire_minutes

TIMES = (15, 20, 30, 45, 60, 90, 120, 180, 240)


@pytest.mark.parametrize(
    ("raw", "minutes"),
    [
        ("甲级", 90), ("乙级防火门", 60), ("丙级", 30), ("甲", 90), ("A1.50（甲级）", 90), ("A1.00", 60),
        ("1.50h", 90), ("1.5 h", 90), ("0,5 h", 30), ("３．００ｈ", 180), ("2小时", 120), ("一个半小时", 90),
        ("半小时", 30), ("耐火极限不低于2.00h", 120), ("90分钟", 90), ("1h30", 90), ("1 h 30 min", 90),
        ("2HR", 120), ("2 hr", 120), ("1-hour", 60), ("1 1/2 HR", 90), ("1½ h", 90), ("3/4 hour", 45),
        ("20 minutes", 20), ("90 min", 90), ("60'", 60),
        ("REI 60", 60), ("REI60", 60), ("REI-M 90", 90), ("EI 90", 90), ("EI2 30-C", 30), ("EI₂ 30", 30),
        ("EI230", 30), ("EI120", 120), ("EI1 60 C5 Sa", 60), ("E30", 30), ("EW 60", 60), ("R 120", 120),
        ("F90", 90), ("F 90-AB", 90), ("T30-RS", 30), ("G30", 30), ("FD30S", 30), ("A-60", 60), ("B30", 30),
        ("60-90 min", 60), ("1.0~1.5h", 60), ("1至2小时", 60), ("not less than 60 minutes", 60),
        ("不小于1.5h", 90), ("不低于 60 分钟", 60), ("≥ 90 min", 90), ("Type 1-90 min", 90),
        ("13501-2 HR", 120),
        ("-/60/30", 30), ("120/120/120", 120), ("EI 60 / E 90", 60), ("90", 90), ("90.0", 90), ("1.00", 60),
    ],
)  # fmt: skip
def test_minutes(raw: str, minutes: float) -> None:
    assert fire_minutes(raw) == minutes


@pytest.mark.parametrize(
    "raw",
    [
        None, "", " ", "FireRating", "Fire Rating", "不燃", "一级", "二级", "甲类", "B1", "A2-s1,d0", "C30",
        "2", "0", "0 min", "none", "N/A", "耐火レベル1", "REI", "EI 37", "FM甲1021", "1/0 h", "<undefined>",
        "IfcLabel", "99999 min", "<60 min", "＜1.00h", "≤ 30 min", "小于1小时", "不足 0.5h", "不超过60分钟",
        "less than 60 minutes", "up to 2 hr", "under 30 min",
    ],
)  # fmt: skip
def test_what_does_not_say_is_unknown(raw: str | None) -> None:
    assert fire_minutes(raw) is None


@settings(deadline=None)
@given(
    minutes=st.sampled_from(TIMES),
    form=st.sampled_from(
        ["{m} min", "{m}分钟", "EI {m}", "REI{m}", "F{m}", "{h:.2f}h", "{h:.2f} 小时", "{m}", "EI2 {m}-C"]
    ),
    before=st.sampled_from(["", " ", "耐火 "]),
)
def test_every_way_of_writing_a_time_gives_it_back(minutes: int, form: str, before: str) -> None:
    written = form.format(m=minutes, h=minutes / 60)
    if form != "{m}":
        written = before + written
    # two decimals of an hour are 0.6 minutes
    assert fire_minutes(written) == pytest.approx(minutes, abs=0.31)


@settings(deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_a_time_or_unknown(raw: str) -> None:
    found = fire_minutes(raw)
    assert found is None or 0 < found <= 600

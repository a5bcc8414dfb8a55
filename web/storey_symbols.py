"""Symbols of a storey plan: one shape and one letter a kind, one colour a state."""

from __future__ import annotations

from html import escape

CIRCLE, SQUARE = "circle", "square"
_SHAPES: dict[str, tuple[str, str, str]] = {
    "sprinkler": (CIRCLE, "喷", "SP"),
    "hydrant_box": (SQUARE, "栓", "H"),
    "outdoor_hydrant": (CIRCLE, "栓", "OH"),
    "hose_reel": (SQUARE, "卷", "HR"),
    "breeching_inlet": (SQUARE, "接", "BI"),
    "fire_monitor": (SQUARE, "炮", "FM"),
    "smoke_detector": (CIRCLE, "烟", "S"),
    "heat_detector": (CIRCLE, "温", "T"),
    "flame_detector": (CIRCLE, "焰", "F"),
    "gas_detector": (CIRCLE, "气", "G"),
    "manual_call_point": (SQUARE, "报", "MC"),
    "siren": (SQUARE, "警", "AL"),
    "fire_panel": (SQUARE, "控", "CP"),
    "extinguisher": (SQUARE, "灭", "EX"),
    "fire_pump": (SQUARE, "泵", "FP"),
    "fire_tank": (SQUARE, "箱", "FT"),
    "fire_lift": (SQUARE, "消", "FL"),
    "lift": (SQUARE, "梯", "L"),
    "escalator": (SQUARE, "扶", "ES"),
    "exit_sign": (SQUARE, "出", "EX"),
}
LIFTS = ("lift", "fire_lift", "escalator")
STATES: dict[str, tuple[str, str, str]] = {
    "normal": ("#0072B2", "正常", "normal"),
    "attention": ("#F0E442", "预警", "attention"),
    "alarm": ("#D55E00", "报警", "alarm"),
    "fault": ("#CC79A7", "故障", "fault"),
    "offline": ("#999999", "离线", "offline"),
    "disabled": ("#bbbbbb", "屏蔽", "disabled"),
    "stale": ("#999999", "无数据", "no data"),
    "unknown": ("#ffffff", "未知", "unknown"),
}
"""Colours as on the map (`web/client/src/palette.js`); an unknown state is empty."""
STATE_STYLE = ".q{stroke:#222;stroke-width:2}[data-state=unknown] .q{stroke-dasharray:4 3}" + "".join(
    f"[data-state={state}] .q{{fill:{colour}}}" for state, (colour, _, _) in STATES.items()
)
"""A style a state, so that who shows the drawing changes the state of a symbol and nothing else."""
_UNKNOWN = "#5f6670"


def equipment_symbol(kind: str | None, zh: str | None, colour: str | None, lang: str, size_cm: float) -> str:
    """Drawing of a kind around the origin; a kind that is not known is a question mark."""
    shape, in_zh, in_en = _SHAPES.get(kind or "", (SQUARE, (zh or "？")[0], (kind or "?")[0].upper()))
    letter = in_zh if lang == "zh" else in_en
    fill = colour or _UNKNOWN
    half = size_cm / 2
    body = (
        f'<circle r="{half:g}" fill="{escape(fill)}"/>'
        if shape == CIRCLE
        else f'<rect x="{-half:g}" y="{-half:g}" width="{size_cm:g}" height="{size_cm:g}" '
        f'rx="{size_cm / 8:g}" fill="{escape(fill)}"/>'
    )
    font = size_cm * (0.7 if len(letter) == 1 else 0.5)
    return body + (
        f'<text y="{font * 0.36:.1f}" class="l" font-size="{font:.1f}" text-anchor="middle">'
        f"{escape(letter)}</text>"
    )


def sensor_symbol(size_cm: float) -> str:
    """A diamond; whatever it stands in says its `data-state`."""
    half = size_cm / 2
    return f'<path class="q" d="M0 {-half:g}L{half:g} 0L0 {half:g}L{-half:g} 0Z"/>'

"""Symbols of a storey plan: one shape and one letter a kind, one colour a state."""

from __future__ import annotations

from html import escape

CIRCLE, SQUARE = "circle", "square"
_SHAPES: dict[str, tuple[str, str, str]] = {
    "sprinkler": (CIRCLE, "喷", "SP"),
    "hydrant_box": (SQUARE, "栓", "H"),
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
    "normal": ("#2e8b57", "正常", "normal"),
    "attention": ("#e0a030", "注意", "attention"),
    "alarm": ("#d32f2f", "报警", "alarm"),
    "fault": ("#8e44ad", "故障", "fault"),
    "offline": ("#7a7f87", "离线", "offline"),
    "disabled": ("#b0b4ba", "停用", "disabled"),
    "stale": ("#a98f5a", "过期", "stale"),
    "unknown": ("#ffffff", "未知", "unknown"),
}
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


def sensor_symbol(state: str, size_cm: float) -> str:
    """A diamond in the colour of the state; unknown is empty and dashed."""
    half = size_cm / 2
    dashed = ' stroke-dasharray="4 3"' if state == "unknown" else ""
    return (
        f'<path d="M0 {-half:g}L{half:g} 0L0 {half:g}L{-half:g} 0Z" fill="{STATES[state][0]}" '
        f'stroke="#222" stroke-width="2"{dashed}/>'
    )

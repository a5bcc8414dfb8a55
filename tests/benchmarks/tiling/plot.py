"""Bars in groups, as SVG: few enough lines not to want a library for them."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

_COLOURS = ("#1b6ca8", "#7fb2d9", "#d9822b", "#8a6d3b", "#777777")
_WIDE, _BAR, _GAP, _LABEL, _FIGURE, _TOP = 860, 14, 14, 300, 60, 70


def bars(title: str, groups: Mapping[str, Mapping[str, float]]) -> str:
    """Draw a group of bars for each name, every group on its own scale.

    Parameters
    ----------
    title : str
        Stands above.
    groups : mapping of str to mapping of str to float
        Group, then series, then its value, which is not negative.
    """
    series = list(dict.fromkeys(name for group in groups.values() for name in group))
    colour = {name: _COLOURS[i % len(_COLOURS)] for i, name in enumerate(series)}
    lines = [f'<text x="10" y="22" font-size="15">{escape(title)}</text>']
    for i, name in enumerate(series):
        x = 10 + 150 * i
        lines.append(f'<rect x="{x}" y="38" width="12" height="12" fill="{colour[name]}"/>')
        lines.append(f'<text x="{x + 18}" y="49">{escape(name)}</text>')
    y = _TOP
    for group, values in groups.items():
        most = max(values.values()) or 1.0
        middle = y + _BAR * len(values) / 2 + 4
        lines.append(f'<text x="{_LABEL - 10}" y="{middle:g}" text-anchor="end">{escape(group)}</text>')
        for name, value in values.items():
            width = round((_WIDE - _LABEL - _FIGURE) * value / most, 1)
            size = f'y="{y + 1}" width="{width:g}" height="{_BAR - 2}"'
            lines.append(f'<rect x="{_LABEL}" {size} fill="{colour[name]}"/>')
            lines.append(f'<text x="{_LABEL + width + 6:g}" y="{y + _BAR - 3}">{value:g}</text>')
            y += _BAR
        y += _GAP
    body = "\n".join(lines)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {y}" width="{_WIDE}" height="{y}"'
        f' font-family="sans-serif" font-size="11">\n<rect width="100%" height="100%" fill="#ffffff"/>\n'
        f"{body}\n</svg>\n"
    )

"""A profile of what is buried, as SVG: ground, pipes by colour and pattern, and a table by depth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from math import ceil, floor, log10
from typing import Any

_WIDE, _HIGH = 900.0, 320.0
_LEFT, _TOP, _ROW = 64.0, 46.0, 22.0
_FOOT = 54.0
_LEAST_PX = 3.5
_MOST_ROWS = 60
_AIR_M = 1.0
_PATTERNS = {
    "W": "", "S": "M0 0L8 8M-2 6L2 10M6 -2L10 2", "D": "M0 4H8", "G": "M4 0V8", "P": "M0 4H8M4 0V8",
    "C": "M0 8L8 0M-2 2L2 -2M6 10L10 6",
}  # fmt: skip
_COLOURS = {"W": "#2b7bba", "S": "#8a5a2b", "D": "#2f9e6b", "G": "#e0b400", "P": "#d0342c", "C": "#8a8f98"}
"""As on the map and in the 3D view (`palette.js`); other kinds have the colour of the code list."""
_DASHES = {"W": "", "S": "10 4", "D": "14 4 3 4", "G": "3 4", "P": "8 3 2 3 2 3", "C": "2 3"}
_WORDS = {
    "title": ("埋设剖面", "Burial profile"), "along": ("沿线距离 m", "Along the line, m"),
    "height": ("高程 m", "Height, m"), "kind": ("类别", "Kind"), "size": ("管径", "Size"),
    "station": ("里程 m", "Station m"), "depth": ("轴线埋深 m", "Axis depth m"),
    "cover": ("覆土 m", "Cover m"),
    "axis": ("轴线高程 m", "Axis height m"), "code": ("编号", "Code"), "way": ("关系", "Relation"),
    "cross": ("交叉", "crosses"), "beside": ("并行 {away} m", "beside, {away} m"),
    "unknown": ("未知", "unknown"),
    "none": ("沿线没有管线记录。", "No pipe or cable on record along the line."),
    "more": ("另有 {count} 条未列出。", "{count} more are not listed."),
    "lost": ("{count} 条高程未知，未画出。", "{count} of unknown height are not drawn."),
    "source": ("来源", "Source"), "not_stated": ("日期未注明", "date not stated"),
    "scale": ("竖向放大 {times} 倍", "heights drawn {times} times larger"), "ground": ("地面", "Ground"),
    "noground": ("没有地形数据，地面未知。", "There is no terrain: the ground is unknown."),
}  # fmt: skip
_STYLE = (
    ".g{fill:none;stroke:#6b5a3e;stroke-width:2}.e{fill:#efe7d8}.x{stroke:#d8d3c8;stroke-width:1}"
    ".r{stroke:#d8d3c8}.o{stroke:#1e2227;stroke-width:1}.b{fill:none;stroke-width:4}"
    "text{font:12px system-ui,'Noto Sans CJK SC','PingFang SC','Microsoft YaHei',sans-serif;fill:#1e2227}"
    ".m{fill:#5b636d}.t{font-size:15px;font-weight:600}.h{font-weight:600}"
)


def buried_svg(profile: Mapping[str, Any], codes: Mapping[str, Mapping[str, Any]], lang: str) -> str:
    """Draw a profile.

    Parameters
    ----------
    profile : mapping
        As `twin.queries.buried.buried` gives it.
    codes : mapping
        Kinds of pipes: code -> `zh`, `en`, `colour`.
    lang : str
        `zh` or `en`.

    Returns
    -------
    str
        An SVG document; pipes and rows of the table stand in it from the shallowest to the deepest,
        each with `data-id` and `data-depth`.
    """
    sheet = _Sheet(profile, codes, lang)
    parts = [*sheet.head(), *sheet.plot(), *sheet.pipes(), *sheet.table(), *sheet.foot()]
    return "".join(parts) + "</svg>\n"


class _Sheet:
    def __init__(self, profile: Mapping[str, Any], codes: Mapping[str, Mapping[str, Any]], lang: str) -> None:
        self.profile, self.codes, self.lang = profile, codes, lang
        self.index = 0 if lang == "zh" else 1
        found = [*profile["crossings"], *profile["beside"]]
        self.found = sorted(found, key=lambda p: (p["depth_m"] is None, p["depth_m"] or 0.0, p["id"]))
        heights = [z for _, z in profile["ground"] if z is not None]
        for one in profile["crossings"]:
            radius = (one["dn_mm"] or 0) / 2_000
            heights += [] if one["z_m"] is None else [one["z_m"] - radius, one["z_m"] + radius]
        heights += [z for one in profile["beside"] for _, z in one["path"] if z is not None]
        self.low = floor(min(heights, default=0.0) - 0.5)
        self.high = max(ceil(max(heights, default=0.0) + _AIR_M), self.low + 2)
        self.rows = self.found[:_MOST_ROWS]
        self.below = _TOP + _HIGH + 52

    def say(self, word: str, **values: Any) -> str:
        return _WORDS[word][self.index].format(**values)

    def x(self, station_m: float) -> float:
        return _LEFT + station_m / self.profile["length_m"] * _WIDE

    def y(self, z_m: float) -> float:
        return _TOP + (self.high - z_m) / (self.high - self.low) * _HIGH

    def name(self, kind: str | None) -> str:
        one = self.codes.get(kind or "")
        return self.say("unknown") if kind is None else str(one[self.lang] if one else kind)

    def colour(self, kind: str | None) -> str:
        one = self.codes.get(kind or "")
        return _COLOURS.get(kind or "") or str(one["colour"] if one and one["colour"] else "#777777")

    def head(self) -> Iterator[str]:
        wide = _LEFT + _WIDE + 24
        high = self.below + _ROW * (len(self.rows) + 2) + _FOOT
        title = f"{self.say('title')} {self.profile['length_m']:.1f} m"
        yield (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:.0f} {high:.0f}" role="img" '
            f'lang="{self.lang}" aria-label="{escape(title)}"><title>{escape(title)}</title>'
            f"<style>{_STYLE}</style><defs>"
        )
        for kind in sorted({one["kind"] or "" for one in self.found}):
            lines = _PATTERNS.get(kind, "M0 0L8 8M0 8L8 0")
            yield (
                f'<pattern id="p-{escape(kind)}" width="8" height="8" patternUnits="userSpaceOnUse">'
                f'<rect width="8" height="8" fill="{escape(self.colour(kind or None))}"/>'
                f'<path d="{lines}" stroke="#fff" stroke-width="1.6"/></pattern>'
            )
        yield (
            f'</defs><rect width="{wide:.0f}" height="{high:.0f}" fill="#fff"/>'
            f'<text class="t" x="{_LEFT}" y="24">{escape(title)}</text>'
        )
        times = (_HIGH / (self.high - self.low)) / (_WIDE / self.profile["length_m"])
        yield (
            f'<text class="m" x="{_LEFT + _WIDE}" y="24" text-anchor="end">'
            f"{escape(self.say('scale', times=f'{times:.1f}'))}</text>"
        )

    def plot(self) -> Iterator[str]:
        for z in _ticks(self.low, self.high, 6):
            yield (
                f'<path class="x" d="M{_LEFT} {self.y(z):.1f}h{_WIDE}"/>'
                f'<text class="m" x="{_LEFT - 8}" y="{self.y(z) + 4:.1f}" text-anchor="end">{z:g}</text>'
            )
        for s in _ticks(0, self.profile["length_m"], 9):
            yield (
                f'<path class="x" d="M{self.x(s):.1f} {_TOP + _HIGH}v5"/><text class="m" '
                f'x="{self.x(s):.1f}" y="{_TOP + _HIGH + 19}" text-anchor="middle">{s:g}</text>'
            )
        right, under = _LEFT + _WIDE, _TOP + _HIGH + 36
        yield f'<text class="m" x="{right}" y="{under}" text-anchor="end">{self.say("along")}</text>'
        yield f'<text class="m" x="{_LEFT - 56}" y="{_TOP - 10}">{self.say("height")}</text>'
        yield '<g id="ground">'
        for stretch in _known(self.profile["ground"]):
            line = "L".join(f"{self.x(s):.1f} {self.y(z):.1f}" for s, z in stretch)
            floor_y, first, last = _TOP + _HIGH, self.x(stretch[0][0]), self.x(stretch[-1][0])
            yield f'<path class="e" d="M{line}L{last:.1f} {floor_y}L{first:.1f} {floor_y}Z"/>'
            yield f'<path class="g" d="M{line}"><title>{self.say("ground")}</title></path>'
        yield "</g>"

    def pipes(self) -> Iterator[str]:
        yield '<g id="pipes">'
        for one in self.found:
            kind = one["kind"] or ""
            about = f'data-id="{one["id"]}" data-kind="{escape(kind)}" data-depth="{_said(one["depth_m"])}"'
            title = f"<title>{escape(self._about(one))}</title>"
            if "path" in one:
                for stretch in _known(one["path"]):
                    line = "L".join(f"{self.x(s):.1f} {self.y(z):.1f}" for s, z in stretch)
                    yield (
                        f'<path class="b" {about} d="M{line}" stroke="{escape(self.colour(one["kind"]))}" '
                        f'stroke-dasharray="{_DASHES.get(kind, "1 2")}">{title}</path>'
                    )
            elif one["z_m"] is not None:
                radius = (one["dn_mm"] or 0) / 2_000
                across = max(_LEAST_PX, radius / self.profile["length_m"] * _WIDE)
                up = max(_LEAST_PX, radius / (self.high - self.low) * _HIGH)
                yield (
                    f'<ellipse class="o" {about} cx="{self.x(one["station_m"]):.1f}" '
                    f'cy="{self.y(one["z_m"]):.1f}" rx="{across:.1f}" ry="{up:.1f}" '
                    f'fill="url(#p-{escape(kind)})">{title}</ellipse>'
                )
        yield "</g>"

    def table(self) -> Iterator[str]:
        columns = (
            ("kind", _LEFT + 26), ("size", 210.0), ("way", 290.0), ("station", 420.0), ("depth", 520.0),
            ("cover", 630.0), ("axis", 720.0), ("code", 830.0),
        )  # fmt: skip
        y = self.below
        if not self.found:
            yield f'<text x="{_LEFT}" y="{y}">{escape(self.say("none"))}</text>'
            return
        for word, x in columns:
            yield f'<text class="h" x="{x}" y="{y}">{escape(self.say(word))}</text>'
        yield '<g id="table">'
        for one in self.rows:
            y += _ROW
            values = (
                self.name(one["kind"]),
                self.say("unknown") if one["dn_mm"] is None else f"DN{one['dn_mm']}",
                self.say("cross")
                if "station_m" in one
                else self.say("beside", away=f"{one['offset_m']:.1f}"),
                f"{one['station_m']:.1f}"
                if "station_m" in one
                else f"{one['path'][0][0]:.1f}–{one['path'][-1][0]:.1f}",
                *(self._number(one.get(key)) for key in ("depth_m", "cover_m", "z_m")),
                one["code"] or "",
            )
            yield (
                f'<g data-id="{one["id"]}" data-depth="{_said(one["depth_m"])}">'
                f'<rect x="{_LEFT}" y="{y - 11}" width="16" height="12" class="o" '
                f'fill="url(#p-{escape(one["kind"] or "")})"/>'
            )
            for (_, x), value in zip(columns, values, strict=True):
                yield f'<text x="{x}" y="{y}">{escape(str(value))}</text>'
            yield f'<path class="r" d="M{_LEFT} {y + 6}h{_WIDE}"/></g>'
        yield "</g>"

    def foot(self) -> Iterator[str]:
        y = self.below + _ROW * (len(self.rows) + 1)
        notes = []
        if len(self.found) > len(self.rows):
            notes.append(self.say("more", count=len(self.found) - len(self.rows)))
        if self.profile["height_unknown"]:
            notes.append(self.say("lost", count=self.profile["height_unknown"]))
        if all(z is None for _, z in self.profile["ground"]):
            notes.append(self.say("noground"))
        if notes:
            yield f'<text x="{_LEFT}" y="{y}">{escape(" ".join(notes))}</text>'
        said = "; ".join(
            f"{one['source']} · {one['source_date'] or self.say('not_stated')}"
            for one in self.profile["sources"]
        )
        if said:
            text = f"{self.say('source')}: {said}"
            yield f'<text id="source" class="m" x="{_LEFT}" y="{y + _ROW}">{escape(text)}</text>'

    def _number(self, value: float | None) -> str:
        return self.say("unknown") if value is None else f"{value:.2f}"

    def _about(self, one: Mapping[str, Any]) -> str:
        size = "" if one["dn_mm"] is None else f" DN{one['dn_mm']}"
        depth = f"{self.say('depth')} {self._number(one['depth_m'])}"
        return f"{self.name(one['kind'])}{size} {one['code'] or ''} {depth}"


def _said(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _known(line: Sequence[Sequence[float | None]]) -> Iterator[list[tuple[float, float]]]:
    """Stretches whose heights are known."""
    stretch: list[tuple[float, float]] = []
    for s, z in line:
        if z is not None and s is not None:
            stretch.append((s, z))
        elif stretch:
            yield stretch
            stretch = []
    if stretch:
        yield stretch


def _ticks(low: float, high: float, most: int) -> list[float]:
    """Round numbers between two, at most so many steps."""
    rough = (high - low) / most
    unit = 10.0 ** floor(log10(rough))
    step = next(unit * k for k in (1, 2, 5, 10) if unit * k >= rough)
    return [k * step for k in range(ceil(low / step - 1e-9), floor(high / step + 1e-9) + 1)]

"""A storey as SVG: rooms, walls, doors, stairs, lifts, equipment, sensors; scale, north, source and date.

One unit is one centimetre; up is north of the storage grid.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

import numpy as np
import shapely

from twin.queries.storey_plan import StoreyPlan
from web.storey_labels import Label, room_label
from web.storey_symbols import LIFTS, STATE_STYLE, STATES, equipment_symbol, sensor_symbol

_CM = 100.0
_MARGIN_CM = 120.0
_FOOT_CM = 330.0
_LEGEND_CM = 620.0
_LINE_CM = 46.0
_SYMBOL_CM = 34.0
_WALL_M = 0.05
_WALLS = ("IfcWall", "IfcColumn", "IfcCurtainWall")
_BARS_M = (1, 2, 5, 10, 20, 50, 100)
_USES = {"R": "#f4ead6", "C": "#f9dfd0", "O": "#dfe8f3", "U": "#e6e6e6", "G": "#e2efdc", "I": "#e9e0ee"}
_WORDS = {
    "rooms": ("房间", "Rooms"), "doors": ("门", "Doors"), "windows": ("窗与洞口", "Windows, openings"),
    "stairs": ("梯段", "Flights"), "equipment": ("设备设施", "Equipment"), "sensors": ("传感器", "Sensors"),
    "unknown": ("未分类", "not classified"), "unplaced": ("无位置", "without a place"),
    "source": ("来源", "Source"), "date": ("日期", "Date"), "not_stated": ("未注明", "not stated"),
    "north": ("北", "N"), "plan": ("楼层平面", "Storey plan"),
}  # fmt: skip
_STYLE = (
    ".r{stroke:#8a8578;stroke-width:2}.w{fill:none;stroke:#1e2227;stroke-width:5}"
    ".o{fill:none;stroke:#5a6570;stroke-width:3}.d{fill:#b5651d;stroke:#7a3f0c;stroke-width:2}"
    ".f{fill:#d9463e}.n{fill:#a9c7e0;stroke:#4e7ba0;stroke-width:2}"
    ".s{fill:#d7d2c8;stroke:#6d675c;stroke-width:2}"
    "text{font-family:system-ui,'Noto Sans CJK SC','PingFang SC','Microsoft YaHei',sans-serif;fill:#1e2227}"
    ".l{fill:#fff}"
    ".t{text-anchor:middle}.t text{paint-order:stroke;stroke:#f8f6f1;stroke-width:6;stroke-linejoin:round}"
)


def storey_svg(plan: StoreyPlan, lang: str) -> str:
    """Draw a storey.

    Parameters
    ----------
    plan : StoreyPlan
        What is on it.
    lang : str
        `zh` or `en`.

    Returns
    -------
    str
        An SVG document. Each group carries `data-count`, how many things it stands for, placed
        or not: the counts of the API.
    """
    sheet = _Sheet(plan, lang)
    layers = (sheet.head, sheet.rooms, sheet.walls, sheet.ways, sheet.labels, sheet.points, sheet.foot)
    return "".join(part for layer in layers for part in layer()) + "</svg>\n"


class _Sheet:
    def __init__(self, plan: StoreyPlan, lang: str) -> None:
        self.plan = plan
        self.index = 0 if lang == "zh" else 1
        self.lang = lang
        west, south, east, north = _bounds(plan)
        self.west, self.north = west, north
        self.width, self.height = (east - west) * _CM, (north - south) * _CM

    def say(self, word: str) -> str:
        return _WORDS[word][self.index]

    def head(self) -> Iterator[str]:
        box = (
            f"{-_MARGIN_CM:g} {-_MARGIN_CM:g} {self.width + 2 * _MARGIN_CM + _LEGEND_CM:.0f} "
            f"{max(self.height, self._legend_height()) + 2 * _MARGIN_CM + _FOOT_CM:.0f}"
        )
        storey = self.plan.storey
        building = (
            storey["building_zh"] if self.lang == "zh" else storey["building_en"] or storey["building_zh"]
        )
        self.title = " ".join(
            filter(
                None,
                (building or storey["building_code"], storey["label"] or storey["name"], self.say("plan")),
            )
        )
        yield (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" role="img" lang="{self.lang}" '
            f'aria-label="{escape(self.title)}"><title>{escape(self.title)}</title><style>{_STYLE}{STATE_STYLE}</style>'
        )

    def rooms(self) -> Iterator[str]:
        yield f'<g id="rooms" data-count="{len(self.plan.spaces)}">'
        for room in self.plan.spaces:
            if room["shape"] is None:
                continue
            fill = _USES.get(room["use"] or "", "#f3f1ec")
            yield (
                f'<path class="r" data-id="{room["id"]}" fill="{fill}" fill-rule="evenodd" '
                f'd="{self._area(room["shape"])}"><title>{escape(self._about(room))}</title></path>'
            )
        yield "</g>"

    def labels(self) -> Iterator[str]:
        rows = (*self.plan.equipment, *self.plan.sensors)
        symbols = [(row["e_m"], row["n_m"]) for row in rows if row["e_m"] is not None]
        walls = shapely.MultiLineString(
            [line for kind, lines in self.plan.lines.items() if kind.startswith(_WALLS) for line in lines]
        )
        # a flat is one room here, with walls inside: its name stands between them
        solid = shapely.buffer(walls, _WALL_M, quad_segs=1)
        yield '<g id="labels" class="t">'
        for room in self.plan.spaces:
            if room["shape"] is not None:
                name = room["long_name"] or room["name"] or ""
                near = shapely.clip_by_rect(solid, *room["shape"].bounds)
                free, area_m2 = shapely.difference(room["shape"], near), room["area_m2"]
                label = room_label(free, name, area_m2, symbols)
                label = label or room_label(room["shape"], name, area_m2, symbols)
                yield "" if label is None else self._label(label)
        yield "</g>"

    def walls(self) -> Iterator[str]:
        yield '<g id="walls">'
        for ifc_class, lines in self.plan.lines.items():
            kind = "w" if ifc_class.startswith(_WALLS) else "o"
            path = "".join(self._line(line) for line in lines)
            yield f'<path class="{kind}" data-class="{escape(ifc_class)}" d="{path}"/>'
        yield "</g>"

    def ways(self) -> Iterator[str]:
        doors = [o for o in self.plan.openings if o["ifc_class"].startswith("IfcDoor")]
        others = [o for o in self.plan.openings if not o["ifc_class"].startswith("IfcDoor")]
        for name, rows, kind in (
            ("doors", doors, "d"),
            ("windows", others, "n"),
            ("stairs", self.plan.stairs, "s"),
        ):
            yield f'<g id="{name}" data-count="{len(rows)}">'
            for row in rows:
                if row["shape"] is not None:
                    rated = " f" if row.get("fire_rating_min") else ""
                    yield (
                        f'<path class="{kind}{rated}" data-id="{row["id"]}" d="{self._area(row["shape"])}">'
                        f"<title>{escape(row['name'] or '')}</title></path>"
                    )
            yield "</g>"

    def points(self) -> Iterator[str]:
        yield f'<g id="equipment" data-count="{len(self.plan.equipment)}">'
        for row in self.plan.equipment:
            if row["e_m"] is not None:
                symbol = equipment_symbol(
                    row["kind"], row["zh"], row["colour"], self.lang, self._size(row["kind"])
                )
                yield self._at(row, symbol, kind=row["kind"] or "unknown", title=row["name"])
        yield f'</g><g id="sensors" data-count="{len(self.plan.sensors)}">'
        for row in self.plan.sensors:
            if row["e_m"] is not None:
                title = row["name_zh"] if self.lang == "zh" else row["name_en"] or row["name_zh"]
                yield self._at(row, sensor_symbol(_SYMBOL_CM), state=row["state"], title=title)
        yield "</g>"

    def foot(self) -> Iterator[str]:
        yield from self._legend()
        y = max(self.height, self._legend_height()) + _MARGIN_CM
        bar = next((m for m in _BARS_M if m * _CM >= self.width / 6), _BARS_M[-1])
        yield (
            f'<g id="scale" data-metres="{bar}"><path class="w" d="M0 {y:g}v-20M0 {y:g}h{bar * _CM:g}v-20"/>'
            f'<text x="{bar * _CM + 30:g}" y="{y:g}" font-size="50">{bar} m</text></g>'
        )
        north = self.width - 60
        yield (
            f'<g id="north"><path d="M{north:g} {y - 110:g}l40 120l-40 -30l-40 30Z" fill="#1e2227"/>'
            f'<text x="{north:g}" y="{y - 125:g}" font-size="50" text-anchor="middle">'
            f"{self.say('north')}</text></g>"
        )
        storey = self.plan.storey
        source = storey["file_name"] or storey["source"] or self.say("not_stated")
        day = storey["source_date"] or storey["recorded_at"].date()
        yield (
            f'<text id="source" x="0" y="{y + 90:g}" font-size="42">{self.say("source")}: {escape(source)} · '
            f"{self.say('date')}: {day}</text>"
            f'<text x="0" y="{y + 150:g}" font-size="42">{escape(self.title)}</text>'
        )

    def _legend(self) -> Iterator[str]:
        x, y = self.width + _MARGIN_CM, 0.0
        yield f'<g id="legend" transform="translate({x:g} 0)" font-size="36">'
        for text, symbol in self._legend_rows():
            y += _LINE_CM
            mark = "" if symbol is None else f'<g transform="translate(17 {y - 12:g})">{symbol}</g>'
            yield f'{mark}<text x="{0 if symbol is None else 50}" y="{y:g}">{escape(text)}</text>'
        yield "</g>"

    def _legend_rows(self) -> list[tuple[str, str | None]]:
        doors = sum(o["ifc_class"].startswith("IfcDoor") for o in self.plan.openings)
        rows: list[tuple[str, str | None]] = [
            (f"{self.say('rooms')} {len(self.plan.spaces)}", None),
            (f"{self.say('doors')} {doors}", None),
            (f"{self.say('windows')} {len(self.plan.openings) - doors}", None),
            (f"{self.say('stairs')} {len(self.plan.stairs)}", None),
            (
                f"{self.say('equipment')} {len(self.plan.equipment)}{self._unplaced(self.plan.equipment)}",
                None,
            ),
        ]
        kinds = Counter(row["kind"] for row in self.plan.equipment)
        first = {row["kind"]: row for row in reversed(self.plan.equipment)}
        for kind, count in kinds.most_common():
            row = first[kind]
            name = (row["zh"] if self.lang == "zh" else row["en"]) or kind or self.say("unknown")
            symbol = equipment_symbol(kind, row["zh"], row["colour"], self.lang, _SYMBOL_CM)
            rows.append((f"{name} {count}", symbol))
        rows.append(
            (f"{self.say('sensors')} {len(self.plan.sensors)}{self._unplaced(self.plan.sensors)}", None)
        )
        for state, count in Counter(row["state"] for row in self.plan.sensors).most_common():
            symbol = f'<g data-state="{state}">{sensor_symbol(_SYMBOL_CM)}</g>'
            rows.append((f"{STATES[state][1 + self.index]} {count}", symbol))
        return rows

    def _legend_height(self) -> float:
        return _LINE_CM * len(self._legend_rows())

    def _unplaced(self, rows: Sequence[Mapping[str, Any]]) -> str:
        count = sum(row["e_m"] is None for row in rows)
        return f" ({count} {self.say('unplaced')})" if count else ""

    def _about(self, room: Mapping[str, Any]) -> str:
        area = None if room["area_m2"] is None else f"{room['area_m2']:.1f} m²"
        return " · ".join(filter(None, (room["name"], room["long_name"], area, room["compartment"])))

    def _label(self, label: Label) -> str:
        size = label.size_m * _CM
        x, y = self._xy(label.e_m, label.n_m + label.height_m / 2)
        lines = [f'<tspan x="{x:.0f}" dy="{size:.0f}">{escape(label.lines[0])}</tspan>']
        lines += [
            f'<tspan x="{x:.0f}" dy="{size * 1.15:.0f}">{escape(line)}</tspan>' for line in label.lines[1:]
        ]
        if label.area is not None:
            lines.append(
                f'<tspan x="{x:.0f}" dy="{size:.0f}" font-size="{size * 0.75:.0f}">{label.area}</tspan>'
            )
        return f'<text y="{y:.0f}" font-size="{size:.0f}">{"".join(lines)}</text>'

    def _at(self, row: Mapping[str, Any], symbol: str, *, title: str | None, **data: str) -> str:
        x, y = self._xy(row["e_m"], row["n_m"])
        said = "".join(f' data-{name}="{escape(value)}"' for name, value in data.items())
        return (
            f'<g data-id="{row["id"]}"{said} transform="translate({x:.1f} {y:.1f})">'
            f"<title>{escape(title or '')}</title>{symbol}</g>"
        )

    def _size(self, kind: str | None) -> float:
        return 60.0 if kind in LIFTS else _SYMBOL_CM

    def _xy(self, e_m: float, n_m: float) -> tuple[float, float]:
        return (e_m - self.west) * _CM, (self.north - n_m) * _CM

    def _line(self, points: Sequence[Sequence[float]]) -> str:
        steps = [self._xy(*point) for point in points]
        return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in steps)

    def _area(self, shape: Any) -> str:
        rings = shapely.get_rings(shapely.get_parts(shape))
        return "".join(self._line(shapely.get_coordinates(ring).tolist()) + "Z" for ring in rings)


def _bounds(plan: StoreyPlan) -> tuple[float, float, float, float]:
    points = [np.asarray(line) for lines in plan.lines.values() for line in lines]
    shapes = [row["shape"] for row in (plan.storey, *plan.spaces, *plan.openings, *plan.stairs)]
    points += [shapely.get_coordinates(shape) for shape in shapes if shape is not None]
    points += [
        np.array([[row["e_m"], row["n_m"]]])
        for row in (*plan.equipment, *plan.sensors)
        if row["e_m"] is not None
    ]
    every = np.vstack(points)
    (west, south), (east, north) = every.min(axis=0).tolist(), every.max(axis=0).tolist()
    return west, south, east, north

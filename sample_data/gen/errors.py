"""Twenty-five wrong values put in on purpose, so that a quality check has something true to find."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from shapely import affinity
from shapely.geometry import Polygon

from sample_data.gen.buildings import Building
from sample_data.gen.chance import u
from sample_data.gen.hydrants import Hydrant

GCJ_SHIFT_M = (525.0, -297.0)
"""What an undeclared GCJ-02 position is off by here, metres east and north."""

PLAN = {
    "missing_year": 5,
    "future_year": 2,
    "floor_mismatch": 4,
    "gcj02_shift": 3,
    "height_in_cm": 2,
    "self_crossing": 1,
    "hydrant_swapped_xy": 2,
    "hydrant_no_flow": 1,
    "unit_above_roof": 2,
    "unknown_unit": 2,
    "wrong_building": 1,
}
FIELDS = ("no", "file", "key", "field", "kind", "right", "wrong", "what_zh", "what_en")


_NEEDS = {"unit_above_roof": {"WS", "HT"}, "unknown_unit": {"OF"}, "self_crossing": {"WS"}}


def seeded(buildings: list[Building], hydrants: list[Hydrant], first: set[str]) -> dict[str, str]:
    """Choose one ordinary object for every error: building or hydrant code -> kind of error.

    `first` are codes to take before others, so that the small profile has some too.
    """
    fit = [b for b in buildings if not b.facts and b.typology in {"UV", "WS", "HT", "OF"}]
    fit.sort(key=lambda b: (u(b.code, "error"), b.code))
    near = [b for b in fit if b.code in first]
    posts = iter(sorted(hydrants, key=lambda h: (h.code not in first, u(h.code, "error"), h.code)))
    result: dict[str, str] = {}
    for kind, count in PLAN.items():
        for n in range(count):
            if kind.startswith("hydrant"):
                result[next(posts).code] = kind
                continue
            need = _NEEDS.get(kind, {"UV", "WS", "HT", "OF"})
            result[
                next(
                    b.code
                    for b in (near + fit if n == 0 else fit)
                    if b.typology in need and b.code not in result
                )
            ] = kind
    return result


_BUILDINGS = "buildings.gpkg"
_VALUES: dict[str, tuple[str, Callable[[dict[str, Any]], Any]]] = {
    "missing_year": ("year_built", lambda row: None),
    "future_year": ("year_built", lambda row: 2035),
    "floor_mismatch": ("floors_up", lambda row: row["floors_up"] + 3),
    "height_in_cm": ("height_m", lambda row: round(row["height_m"] * 100, 1)),
}
"""Kinds that spoil one value of a building: its field, and the wrong value from the right row."""

WHAT = {
    "missing_year": ("建成年份缺失", "year of construction is missing"),
    "future_year": ("建成年份在未来", "built in the future"),
    "floor_mismatch": ("层数与楼层表不符", "more floors than the floor table has"),
    "height_in_cm": ("高度以厘米填写", "height written in centimetres"),
    "gcj02_shift": ("坐标为GCJ-02偏移", "position is GCJ-02: 525 m east, 297 m south"),
    "self_crossing": ("轮廓自相交", "outline crosses itself"),
    "hydrant_swapped_xy": ("东坐标与北坐标互换", "east and north are swapped"),
    "hydrant_no_flow": ("流量为零", "flow is zero"),
    "unit_above_roof": ("房屋楼层高于建筑层数", "unit above the roof"),
    "unknown_unit": ("房屋编码不存在", "no such unit"),
    "wrong_building": ("建筑编码不存在", "no such building"),
}
"""What an error of each kind is, in Chinese and English."""


class Seeds:
    """Applies the errors while rows are written and keeps the list of what was done."""

    def __init__(self, chosen: dict[str, str]) -> None:
        self._chosen = chosen
        self._found: list[tuple[Any, ...]] = []

    @property
    def rows(self) -> list[tuple[Any, ...]]:
        """Rows of known_errors.csv in the order of file and key."""
        ordered = sorted(self._found, key=lambda r: (r[0], r[1], r[2]))
        return [(number, *row) for number, row in enumerate(ordered, 1)]

    def _note(self, file: str, key: str, field: str, *, kind: str, right: Any, wrong: Any) -> None:
        self._found.append((file, key, field, kind, right, wrong, *WHAT[kind]))

    def building(self, row: dict[str, Any]) -> dict[str, Any]:
        """Spoil a row of buildings.gpkg, if it is one of the chosen."""
        kind, code, row = self._chosen.get(row["bldg_code"]), row["bldg_code"], dict(row)
        if kind in _VALUES:
            field, wrong = _VALUES[kind][0], _VALUES[kind][1](row)
            self._note(
                _BUILDINGS, code, field, kind=kind, right=row[field], wrong="" if wrong is None else wrong
            )
            row[field] = wrong
        elif kind == "gcj02_shift":
            row["geometry"] = affinity.translate(row["geometry"], *GCJ_SHIFT_M)
            self._note(_BUILDINGS, code, "geometry", kind=kind, right="EPSG:4547", wrong="GCJ-02")
        elif kind == "self_crossing":
            ring = list(row["geometry"].exterior.coords)[:-1]
            ring[1], ring[2] = ring[2], ring[1]
            row["geometry"] = Polygon(ring)
            self._note(_BUILDINGS, code, "geometry", kind=kind, right="valid", wrong="self-crossing")
        return row

    def unit(self, row: tuple[Any, ...], last_of_building: bool, floors_up: int) -> tuple[Any, ...]:
        """Put the last unit of a chosen building above its roof."""
        kind = "unit_above_roof"
        if not last_of_building or self._chosen.get(row[1]) != kind:
            return row
        wrong = floors_up + 4
        self._note("units.parquet", row[0], "floor_no", kind=kind, right=row[2], wrong=wrong)
        return (*row[:2], wrong, *row[3:])

    def enterprise(self, row: tuple[Any, ...], first_of_building: bool) -> tuple[Any, ...]:
        """Point the first firm of a chosen building to a unit that does not exist."""
        kind = "unknown_unit"
        if not first_of_building or self._chosen.get(row[5]) != kind:
            return row
        wrong = row[4][:-3] + "999"
        self._note("enterprises.csv", row[0], "unit_code", kind=kind, right=row[4], wrong=wrong)
        return (*row[:4], wrong, *row[5:])

    def address(self, row: dict[str, Any]) -> dict[str, Any]:
        """Give the address of a chosen building a building code that does not exist."""
        kind, code = "wrong_building", row["bldg_code"]
        if self._chosen.get(code) != kind:
            return row
        wrong = code[:12] + "9999999"
        self._note("addresses.csv", row["id"], "bldg_code", kind=kind, right=code, wrong=wrong)
        return {**row, "bldg_code": wrong}

    def hydrant(self, row: dict[str, Any]) -> dict[str, Any]:
        """Swap x and y of a chosen hydrant, or lose its flow."""
        kind, row = self._chosen.get(row["id"]), dict(row)
        if kind == "hydrant_swapped_xy":
            self._note("hydrants.csv", row["id"], "x", kind=kind, right=row["x"], wrong=row["y"])
            row["x"], row["y"] = row["y"], row["x"]
        elif kind == "hydrant_no_flow":
            self._note("hydrants.csv", row["id"], "flow_lps", kind=kind, right=row["flow_lps"], wrong=0.0)
            row["flow_lps"] = 0.0
        return row

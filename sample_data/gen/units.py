"""Rooms one can live or work in: the housing register, without a single person in it."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from hashlib import blake2b
from typing import Any

from sample_data.gen.buildings import Building
from sample_data.gen.chance import SEED, between, normal, pick, u, whole
from sample_data.gen.config import as_of
from sample_data.gen.floors import Floor

_TENURE = {"UV": {7: 0.55, 9: 0.4, 8: 0.05}, "WS": {1: 0.55, 6: 0.2, 2: 0.15, 5: 0.1},
           "HT": {1: 0.8, 4: 0.06, 3: 0.08, 2: 0.06}}  # fmt: skip
_OCCUPANCY = {
    "UV": {"O": 0.05, "R": 0.83, "V": 0.09, "B": 0.03},
    "WS": {"O": 0.46, "R": 0.40, "V": 0.10, "B": 0.03, "S": 0.01},
    "HT": {"O": 0.58, "R": 0.28, "V": 0.13, "B": 0.01},
}
_WORK = {"B": 0.86, "V": 0.14}
_AREA_M2 = {"UV": (18.0, 45.0), "WS": (48.0, 95.0), "HT": (60.0, 140.0)}
_RENT = {"UV": 75.0, "WS": 68.0, "HT": 82.0}
_VACANT_DAYS = 75.0
FILED = 0.72

FIELDS = (
    "unit_code",
    "bldg_code",
    "floor_no",
    "room",
    "kind",
    "area_m2",
    "layout",
    "tenure",
    "occupancy",
    "vacant_since",
    "lease_no",
    "lease_start",
    "lease_end",
    "rent_cny_m2",
    "owner_token",
    "persons",
    "checked_on",
)


def units(b: Building, storeys: list[Floor]) -> Iterator[tuple[Any, ...]]:
    """Rows of a building in the order of `FIELDS`; numbers are per unit code."""
    if b.model:
        for flat in b.model.flats:
            tenure = int(flat.tenure)
            where = (flat.unit_code, flat.floor_no, flat.room)
            yield _home(b, where, flat.area_m2, flat.layout_zh, tenure)
        return
    for floor in storeys:
        if floor.floor_no < 0:
            continue
        if floor.homes:
            for n in range(1, floor.homes + 1):
                code = unit_code(b.code, floor.floor_no, n)
                area = _area(b.typology, code)
                where = (code, floor.floor_no, room(floor.floor_no, n))
                yield _home(b, where, area, _layout(area), None)
        else:
            count = _workplaces(b, floor)
            for n in range(1, count + 1):
                code = unit_code(b.code, floor.floor_no, n)
                area = round(floor.area_m2 * 0.72 / count * between(code, "area", 0.8, 1.2), 1)
                yield _workplace(b, code, floor, room(floor.floor_no, n), area)


def open_rooms(b: Building, storeys: list[Floor]) -> int:
    """How many workplaces are in use, without making their rows."""
    return sum(
        pick(unit_code(b.code, floor.floor_no, n), "occupancy", _WORK) == "B"
        for floor in storeys
        if floor.floor_no > 0 and not floor.homes
        for n in range(1, _workplaces(b, floor) + 1)
    )


def unit_code(building_code: str, floor_no: int, n: int) -> str:
    """25 digits: building 19, floor 3 (basements 9xx), room 3."""
    return f"{building_code}{floor_no if floor_no > 0 else 900 - floor_no:03d}{n:03d}"


def room(floor_no: int, n: int) -> str:
    """Number on the door: 1304."""
    return f"{floor_no}{n:02d}"


def _workplaces(b: Building, floor: Floor) -> int:
    if b.typology == "OF" and floor.use == "O":
        return max(4, min(12, whole(b.code, "suites", 4, 12), int(floor.area_m2 // 45)))
    if b.typology == "MA":
        return max(4, whole(b.code, "shops", 30, 120) // b.floors_up)
    if b.typology == "IN":
        return whole(b.code, "bays", 2, 6)
    if floor.use == "C":
        return max(1, min(12, int(floor.area_m2 // 80)))
    return 0


def _area(typology: str, code: str) -> float:
    """Log-normal within the limits of the type, m2."""
    low, high = _AREA_M2[typology]
    middle, spread = math.log(math.sqrt(low * high)), math.log(high / low) / 4.5
    return round(min(high, max(low, math.exp(middle + spread * normal(code, "area")))), 1)


def _layout(area_m2: float) -> str:
    for limit, layout in (
        (26, "单间"),
        (42, "一室一厅"),
        (62, "两室一厅"),
        (88, "两室两厅"),
        (112, "三室两厅"),
    ):
        if area_m2 < limit:
            return layout
    return "四室两厅"


def _home(
    b: Building, where: tuple[str, int, str], area: float, layout: str, tenure: int | None
) -> tuple[Any, ...]:
    code, floor_no, room_no = where
    state = pick(code, "occupancy", _OCCUPANCY[b.typology])
    tenure = tenure or pick(code, "tenure", _TENURE[b.typology])
    persons = {"O": 1 + int(4 * u(code, "persons")), "R": 1 + int(3 * u(code, "persons"))}.get(state, 0)
    return (
        code,
        b.code,
        floor_no,
        room_no,
        b.use,
        area,
        layout,
        str(tenure),
        state,
        _vacant_since(code, state),
        *_lease(code, state, _RENT[b.typology]),
        owner_token(code),
        persons,
        b.checked_on,
    )


def _workplace(b: Building, code: str, floor: Floor, room_no: str, area: float) -> tuple[Any, ...]:
    state = pick(code, "occupancy", _WORK)
    return (
        code,
        b.code,
        floor.floor_no,
        room_no,
        floor.use,
        area,
        None,
        "1" if b.typology != "UV" else "7",
        state,
        _vacant_since(code, state),
        None,
        None,
        None,
        None,
        owner_token(code),
        None,
        b.checked_on,
    )


def _vacant_since(code: str, state: str) -> dt.date | None:
    """Empty for exponentially distributed days, 75 on average."""
    if state != "V":
        return None
    return as_of() - dt.timedelta(days=int(-_VACANT_DAYS * math.log(1.0 - u(code, "vacant"))))


def _lease(
    code: str, state: str, rent: float
) -> tuple[str | None, dt.date | None, dt.date | None, float | None]:
    """Filed lease (72 % are): number, first and last day, rent in CNY a m2 and month."""
    if state != "R":
        return None, None, None, None
    price = round(rent * (1 + 0.3 * (u(code, "rent") - 0.5)), 1)
    if u(code, "filed") > FILED:
        return None, None, None, price
    months = pick(code, "months", {6: 0.2, 12: 0.6, 24: 0.2})
    start = as_of() - dt.timedelta(days=int(u(code, "lease") * months * 30.4))
    return f"LH{start.year}-{code[12:]}", start, start + dt.timedelta(days=round(months * 30.4) - 1), price


def owner_token(code: str) -> str:
    """Stand-in for an owner: 8 hex digits that lead to nobody."""
    return "P-" + blake2b(f"{SEED}|{code}|owner".encode(), digest_size=4).hexdigest()

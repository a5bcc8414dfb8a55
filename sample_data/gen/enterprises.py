"""Firms: 4,200 made-up ones, each in a room of the housing register."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

from sample_data.gen.buildings import Building
from sample_data.gen.chance import between, pick, u, yes
from sample_data.gen.config import as_of
from sample_data.gen.names import stem

TARGET = (4200, 1800)
_SECTIONS = {
    "F": ("商贸", 0.42),
    "H": ("餐饮", 0.14),
    "C": ("珠宝", 0.06),
    "J": ("金融", 0.05),
    "G": ("物流", 0.05),
    "L": ("商务", 0.16),
    "O": ("服务", 0.12),
}
_HAZARD = {"F": 0.03, "H": 0.12, "C": 0.4, "G": 0.06}
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
FIELDS = ("ent_id", "name", "section", "staff", "unit_code", "bldg_code", "hazard", "opened")


def quotas(rooms: dict[str, int], total: int) -> dict[str, int]:
    """Share a number of firms among buildings by their open workplaces (largest remainder)."""
    all_rooms = sum(rooms.values())
    total = min(total, all_rooms)
    exact = {code: n * total / all_rooms for code, n in rooms.items()}
    result = {code: int(x) for code, x in exact.items()}
    rest = sorted(exact, key=lambda c: (result[c] - exact[c], c))[: total - sum(result.values())]
    for code in rest:
        result[code] += 1
    return result


def enterprises(b: Building, open_rooms: list[str], quota: int) -> list[tuple[Any, ...]]:
    """Firms of a building in some of its open rooms, rows in the order of `FIELDS`."""
    chosen = sorted(open_rooms, key=lambda code: (u(code, "firm"), code))[:quota]
    return [_firm(b, code) for code in sorted(chosen)]


def _firm(b: Building, unit: str) -> tuple[Any, ...]:
    section = pick(unit, "section", {s: share for s, (_, share) in _SECTIONS.items()})
    name = f"示例{stem(unit)[0]}{_SECTIONS[section][0]}有限公司"
    staff = min(800, int(1.0 / (1.0 - u(unit, "staff")) ** 0.9 + 1.5 * u(unit, "few")))
    opened = as_of() - dt.timedelta(
        days=int(between(unit, "opened", 30, 6000) * math.sqrt(u(unit, "young") + 0.05))
    )
    return (
        credit_code(unit),
        name,
        section,
        max(1, staff),
        unit,
        b.code,
        yes(unit, "hazard", _HAZARD.get(section, 0.01)),
        opened,
    )


def credit_code(unit: str) -> str:
    """Unified social credit code that cannot exist: its check character is wrong on purpose.

    Weights 3^i mod 31 over 17 characters (GB 32100-2015).
    """
    body = "91440300MA9" + "".join(_ALPHABET[int(31 * u(unit, f"credit{i}"))] for i in range(6))
    total = sum(_ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(body))
    right = (31 - total % 31) % 31
    return body + _ALPHABET[(right + 1) % 31]

"""Fire record of a building: what a crew wants to know before the door."""

from __future__ import annotations

import math
from typing import Any

from sample_data.gen.buildings import Building
from sample_data.gen.chance import between, pick, u, whole, yes
from sample_data.gen.config import as_of
from sample_data.gen.floors import Floor, refuge_floors

_HAZMAT = {
    1075: ("液化石油气", "kg", 15.0, 90.0),
    1203: ("汽油", "L", 20.0, 200.0),
    1202: ("柴油", "L", 200.0, 3000.0),
    1072: ("氧气", "m³", 5.0, 60.0),
    1978: ("丙烷", "kg", 15.0, 100.0),
    1005: ("氨", "kg", 50.0, 800.0),
    1017: ("氯", "kg", 20.0, 200.0),
    1090: ("丙酮", "L", 5.0, 60.0),
    1263: ("油漆", "L", 20.0, 400.0),
    2031: ("硝酸", "L", 2.0, 30.0),
    3480: ("锂电池", "kg", 20.0, 500.0),
}
_STORED = {
    "IN": {1263: 0.3, 3480: 0.3, 1005: 0.15, 1203: 0.15, 1978: 0.1},
    "HP": {1072: 1.0},
    "MA": {2031: 0.35, 1090: 0.3, 3480: 0.35},
    "UV": {1075: 1.0},
    "OF": {1202: 1.0},
    "UT": {1017: 0.3, 1202: 0.7},
}
_SHARE = {"IN": 0.35, "HP": 0.6, "MA": 0.2, "UV": 0.05, "OF": 0.3, "UT": 0.25}
_EXIT_M = 1.1
_PEOPLE_A_METRE = 100.0


def fire_profile(b: Building, storeys: list[Floor], access_m: float, side: str) -> dict[str, Any]:
    """Fire record of a building, the fields of fire_profiles.csv.

    Parameters
    ----------
    b : Building
    storeys : list of Floor
    access_m : float
        Width of the street in front, metres.
    side : str
        N, E, S or W: where the street is.
    """
    stairs = _stairs(b)
    profile: dict[str, Any] = {
        "bldg_code": b.code,
        "sprinkler": _sprinkler(b),
        "indoor_hydrant": _indoor_hydrant(b),
        "stairs": stairs,
        "fire_lift": (1 + int(b.area_m2 > 1500)) if b.height_m > 33 else 0,
        "refuge_floors": refuge_floors(b),
        "alarm_system": b.typology in {"OF", "MA", "HO", "HP"} or b.height_m > 54,
        "control_room": "1F 消防控制室" if b.height_m > 54 or b.typology == "MA" else None,
        "inlets": 0,
        "tank_m3": None,
        "roof_tank_m3": None,
        "pump_lps": None,
        "access_width_m": access_m,
        "ladder_side": side,
        "gas": _gas(b),
        "shutoff_gas": None,
        "shutoff_power": None,
        "pv": yes(b.code, "pv", 0.06) if b.typology in {"SC", "IN", "MA", "GV"} else False,
        "ebike": _ebike(b),
        "hazmat": _hazmat(b),
        "key_unit": _key_unit(b),
        "assembly": None,
    }
    if b.model:
        profile |= {k: v for k, v in b.model.fire_profile.items() if k in profile}
    else:
        _water(b, profile)
        _places(b, profile)
    if b.typology == "UV" and u(b.code, "unvisited") < 0.12:  # nobody has looked yet: unknown is not "none"
        profile |= {"sprinkler": None, "indoor_hydrant": None, "gas": None, "ebike": None}
    elif b.typology in {"WS", "AX"} and u(b.code, "unvisited") < 0.06:
        profile |= {"sprinkler": None, "indoor_hydrant": None}
    profile["risk"] = risk(b, profile, storeys)
    profile["checked_on"] = b.checked_on.isoformat()
    return profile


def risk(b: Building, profile: dict[str, Any], storeys: list[Floor]) -> float:
    """Index 0 to 100: 0.3 age + 0.25 crowding + 0.25 no sprinkler + 0.2 e-bikes and bottled gas."""
    age = min(1.0, max(0, as_of().year - (b.year_renov or b.year_built)) / 40.0)
    fullest = max((f.capacity for f in storeys), default=0)
    crowding = min(1.0, fullest / (len(profile["stairs"]) * _EXIT_M * _PEOPLE_A_METRE))
    dry = {"full": 0.0, "part": 0.5}.get(profile["sprinkler"], 1.0)
    spark = 0.5 * (profile["gas"] == "bottled") + 0.5 * min(1.0, (profile["ebike"] or 0) / 10.0)
    return round(100 * (0.3 * age + 0.25 * crowding + 0.25 * dry + 0.2 * spark), 1)


def _stairs(b: Building) -> list[dict[str, Any]]:
    kind, count = {
        "UV": ("O", 1),
        "WS": ("O", 3),
        "HT": ("C", 2),
        "AX": ("O", 1),
        "UT": ("O", 1),
        "TR": ("E", 2),
        "IN": ("E", 2),
        "SC": ("O", 2),
        "GV": ("E", 2),
        "MA": ("E", 4),
    }.get(b.typology, ("S", 2))
    if b.typology == "MA":
        count = max(4, math.ceil(b.area_m2 / 1200))
    if kind == "E" and b.height_m > 32:
        kind = "S"
    return [
        {"id": f"ST{i}", "type": kind, "pressurised": kind in "SC" and b.height_m > 50,
         "from": -b.floors_down if b.floors_down else 1, "to": b.floors_up}
        for i in range(1, count + 1)
    ]  # fmt: skip


def _sprinkler(b: Building) -> str:
    if b.typology in {"OF", "MA", "HO", "HP"}:
        return "part" if b.year_built < 1992 and not b.year_renov and u(b.code, "sprinkler") < 0.4 else "full"
    if b.typology == "HT":
        return "full" if b.height_m > 100 else "part" if b.podium else "none"
    if b.typology in {"IN", "GV"}:
        return pick(b.code, "sprinkler", {"full": 0.35, "part": 0.15, "none": 0.5})
    return "part" if b.typology == "UV" and u(b.code, "sprinkler") < 0.05 else "none"


def _indoor_hydrant(b: Building) -> bool:
    if b.typology in {"UV", "AX", "UT"}:
        return b.height_m > 27 or yes(b.code, "hydrant", 0.15)
    return b.height_m > 21 or b.typology in {"OF", "MA", "HO", "HP", "IN", "SC", "TR"}


def _gas(b: Building) -> str:
    if b.typology == "UV":
        return pick(b.code, "gas", {"bottled": 0.55, "piped": 0.41, "none": 0.04})
    if b.typology in {"WS", "HT"}:
        return "piped" if b.year_built > 1990 or u(b.code, "gas") < 0.9 else "bottled"
    return (
        pick(b.code, "gas", {"piped": 0.45, "none": 0.55})
        if b.typology in {"MA", "HO", "SC", "HP"}
        else "none"
    )


def _ebike(b: Building) -> int:
    share = {"UV": 0.3, "WS": 0.4, "HT": 0.5, "IN": 0.2, "AX": 0.1}.get(b.typology, 0.05)
    return whole(b.code, "ebike_places", 2, 24) if yes(b.code, "ebike", share) else 0


def _hazmat(b: Building) -> list[dict[str, Any]]:
    if not yes(b.code, "hazmat", _SHARE.get(b.typology, 0.0)):
        return []
    un = pick(b.code, "un", _STORED[b.typology])
    name, unit, low, high = _HAZMAT[un]
    return [
        {
            "un": un,
            "name": name,
            "amount": round(between(b.code, "amount", low, high), 1),
            "unit": unit,
            "floor": 1,
        }
    ]


def _key_unit(b: Building) -> bool:
    return (
        b.typology in {"HP", "MA"}
        or bool(b.facts)
        or b.height_m > 100
        or (b.typology == "HO" and b.height_m > 50)
    )


def _water(b: Building, profile: dict[str, Any]) -> None:
    """Inlets one per 10 to 15 L/s of pump flow; tanks as large as two or three hours of it."""
    if not profile["indoor_hydrant"] or (b.height_m <= 21 and profile["sprinkler"] == "none"):
        return
    flow = 20.0 + (20.0 if profile["sprinkler"] != "none" else 0.0) + (10.0 if b.height_m > 50 else 0.0)
    profile["pump_lps"] = flow
    profile["inlets"] = math.ceil(flow / 15.0)
    profile["tank_m3"] = round(flow * 3.6 * (3 if b.height_m > 50 else 2))
    profile["roof_tank_m3"] = 50.0 if b.height_m > 100 else 36.0 if b.height_m > 54 else 18.0


def _places(b: Building, profile: dict[str, Any]) -> None:
    """Shut-offs at the outer wall, assembly point 15 m from it; east, north in EPSG:4547."""
    ring = b.polygon.exterior
    gas, power = (ring.interpolate(u(b.code, f), normalized=True) for f in ("gas_at", "power_at"))
    if profile["gas"] == "piped":
        profile["shutoff_gas"] = [round(gas.x, 2), round(gas.y, 2)]
    profile["shutoff_power"] = [round(power.x, 2), round(power.y, 2)]
    if b.typology not in {"UV", "AX", "UT"}:
        middle = b.polygon.centroid
        far = math.hypot(gas.x - middle.x, gas.y - middle.y) or 1.0
        profile["assembly"] = [round(gas.x + 15 * (gas.x - middle.x) / far, 2),
                               round(gas.y + 15 * (gas.y - middle.y) / far, 2)]  # fmt: skip

"""Storeys: one row a floor, with its height, use, area and how many people it may hold."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sample_data.gen.buildings import Building
from sample_data.gen.chance import u, whole
from sample_data.models.parts import ModelLayout

BASEMENT_M = 4.0
PLINTH_M = 0.3
_HOMES = {"UV": 1.9, "WS": 2.7, "HT": 2.7}
_M2_A_PERSON = {"O": 10.0, "H": 20.0, "G": 12.0, "I": 60.0, "T": 8.0, "U": 200.0, "X": 25.0}
_COMPARTMENT_M2 = {"R": 1500.0, "RV": 1500.0, "O": 3000.0, "C": 4000.0, "H": 3000.0, "I": 6000.0}


@dataclass(frozen=True)
class Floor:
    """A storey; `floor_no` is -2, -1, 1, 2... and never 0.

    Attributes
    ----------
    elev_m : float
        Finished floor, metres above the 1985 datum.
    capacity : int
        People it is laid out for.
    homes : int
        Dwellings on it.
    """

    building_code: str
    floor_no: int
    label: str
    elev_m: float
    height_m: float
    use: str
    area_m2: float
    capacity: int
    compartments: tuple[str, ...]
    homes: int
    refuge: bool


def floors(b: Building) -> Iterator[Floor]:
    """Storeys of a building from the lowest up."""
    if b.model:
        yield from _modelled(b, b.model)
        return
    for down in range(b.floors_down, 0, -1):
        elev = b.base_m + PLINTH_M - down * BASEMENT_M
        yield _floor(b, -down, elev, BASEMENT_M, use="U", area=b.area_m2, homes=0)
    elev = b.base_m + PLINTH_M
    for n in range(1, b.floors_up + 1):
        height = b.ground_floor_m if n == 1 else b.storey_m
        yield _floor(
            b,
            n,
            elev,
            height,
            use=_use(b, n),
            area=area_m2(b, (elev - b.base_m) / b.height_m),
            homes=_homes(b, n),
        )
        elev += height


def gross_floor_m2(b: Building, storeys: Iterable[Floor]) -> float:
    """Floor area above ground: the known one of a landmark, otherwise that of its storeys."""
    above = math.fsum(f.area_m2 for f in storeys if f.floor_no > 0)
    return round(float(b.facts.get("gfa_m2") or above), 1)


def _floor(b: Building, n: int, elev: float, height: float, *, use: str, area: float, homes: int) -> Floor:
    count = max(1, math.ceil(area / _COMPARTMENT_M2.get(use, 2500.0)))
    label = f"B{-n}" if n < 0 else f"{n}F"
    return Floor(
        b.code,
        n,
        label,
        round(elev, 2),
        round(height, 2),
        use,
        round(area, 1),
        _capacity(b, n, use, area, homes),
        tuple(f"{label}-{'ABCDEFGHJKLMNPQRSTUVWXYZ'[i % 24]}{i // 24 or ''}" for i in range(count)),
        homes,
        n in refuge_floors(b),
    )


def _modelled(b: Building, model: ModelLayout) -> Iterator[Floor]:
    for s in model.storeys:
        if s.is_roof:
            continue
        homes = sum(f.floor_no == s.floor_no for f in model.flats)
        yield Floor(
            b.code,
            s.floor_no,
            s.label_en,
            round(model.place.height_m + s.elevation_m, 3),
            s.height_m,
            s.use,
            s.area_m2,
            s.capacity,
            (f"{s.label_en}-A",),
            homes,
            s.floor_no in model.fire_profile["refuge_floors"],  # type: ignore[operator]
        )


def area_m2(b: Building, share: float) -> float:
    """Floor area at a share of the height; KK100 tapers as `1 - 0.25 s^2` in width."""
    taper = (1 - 0.25 * share * share) ** 2 if b.facts.get("id") == "L01" else 1.0
    gfa = b.facts.get("gfa_m2")
    return min(b.area_m2, gfa / b.floors_up) * taper if gfa and not b.model else b.area_m2 * taper


def refuge_floors(b: Building) -> list[int]:
    """Every 15th floor of buildings over 100 m (GB 50016 5.5.23)."""
    if b.model:
        return list(b.model.fire_profile["refuge_floors"])  # type: ignore[call-overload]
    return list(range(15, b.floors_up + 1, 15)) if b.height_m > 100.0 else []


def _use(b: Building, n: int) -> str:
    if n <= b.podium:
        return "C"
    if n == 1 and b.typology in {"UV", "OF"} and u(b.code, "shop") < 0.45:
        return "C"
    return b.use


def _homes(b: Building, n: int) -> int:
    return b.homes_per_floor if n > b.podium and n not in refuge_floors(b) else 0


def _capacity(b: Building, n: int, use: str, area: float, homes: int) -> int:
    if n < 0:
        return 0
    if homes:
        return round(homes * _HOMES.get(b.typology, 2.7))
    if use == "C":
        return round(area / (6.0 if n == 1 else 10.0))
    if use == "E":
        return 45 * 8
    if use == "M":
        return round(whole(b.code, "beds", 20, 40) * 1.6 * 1.4)  # staff on top: 0.4 a patient
    return round(area / _M2_A_PERSON.get(use, 10.0))


def beds(b: Building) -> int:
    """Hospital beds: 20 to 40 a ward floor, the ground floor is for outpatients."""
    return whole(b.code, "beds", 20, 40) * (b.floors_up - 1) if b.typology == "HP" else 0

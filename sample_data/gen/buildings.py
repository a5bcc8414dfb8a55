"""What a building is: code, floors, height, structure, year, and the ground it stands on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry import Polygon

from sample_data.gen import frame
from sample_data.gen.chance import between, normal, pick, u, whole
from sample_data.gen.config import config
from sample_data.gen.footprints import Footprint
from sample_data.gen.terrain import terrain
from sample_data.models.parts import ModelLayout

PARAPET_M = 1.2
_YUMINCUN = (114.1070, 22.5338)
_UV_FLOORS = {5: 0.08, 6: 0.15, 7: 0.27, 8: 0.30, 9: 0.20}
_ROOF = {"UV": "flat_hut", "WS": "flat_parapet", "MA": "sawtooth", "IN": "gable", "TR": "shed"}
_CONFIDENCE = {"UV": 0.7, "AX": 0.6}


@dataclass(frozen=True)
class Building:
    """A building before its attributes are written out.

    Attributes
    ----------
    code : str
        19 digits: community (12) and serial (7, from 9000001).
    key : str
        Id for chance: where it stands in the plan.
    base_m : float
        Lowest ground under the outline, metres above the 1985 datum.
    ground_floor_m, storey_m : float
        Height of the first and of every other storey.
    homes_per_floor : int
        Dwellings on a residential floor; 0 elsewhere.
    podium : int
        Lower floors that are shops.
    """

    code: str
    key: str
    typology: str
    use: str
    polygon: Polygon
    turn_deg: float
    footprint: Footprint
    grid_code: str
    floors_up: int
    floors_down: int
    ground_floor_m: float
    storey_m: float
    height_m: float
    base_m: float
    structure: int
    fire_resistance: int
    year_built: int
    year_renov: int | None
    homes_per_floor: int
    podium: int
    roof: str
    confidence: float
    checked_on: dt.date
    model: ModelLayout | None = None

    @property
    def community_code(self) -> str:
        """12 digits."""
        return self.code[:12]

    @property
    def area_m2(self) -> float:
        """Footprint in plan."""
        return round(float(self.polygon.area), 1)

    @property
    def facts(self) -> dict[str, Any]:
        """The landmark's row, or nothing."""
        return self.footprint.landmark.facts if self.footprint.landmark else {}


def buildings(
    footprints: list[Footprint], grid_of: dict[str, str], models: dict[str, ModelLayout]
) -> list[Building]:
    """Give every footprint its code and its body, in the order of codes.

    Parameters
    ----------
    footprints : list of Footprint
        Of all built areas, the core first: serials go in this order.
    grid_of : dict
        Grid code by the grid key of a block.
    models : dict
        Layout of an authored model by landmark id; it brings its own code.
    """
    base = _bases([f.polygon for f in footprints])
    twelve = _rebuilt_village(footprints, models)
    serial = 9_000_000 + len(models)
    result = []
    for footprint, base_m in zip(footprints, base, strict=True):
        mark = footprint.landmark
        model = models.get(mark.id) if mark else None
        grid = grid_of[footprint.parcel.block.grid]
        if model:
            code = model.building_code
            grid = code[:12] + "01"
        else:
            serial += 1
            code = f"{grid[:12]}{serial}"
        result.append(
            _body(code, footprint, grid, float(base_m), twelve=footprint.key in twelve, model=model)
        )
    return sorted(result, key=lambda b: b.code)


def _bases(polygons: list[Polygon]) -> np.ndarray:
    """Lowest ground under each outline (corners and middle), rounded to 0.01 m."""
    xy, owner = shapely.get_coordinates(polygons, return_index=True)
    middle = shapely.get_coordinates(shapely.point_on_surface(polygons))
    lowest = terrain().height(middle[:, 0], middle[:, 1])
    np.minimum.at(lowest, owner, terrain().height(xy[:, 0], xy[:, 1]))
    return np.round(lowest, 2)


def _rebuilt_village(footprints: list[Footprint], models: dict[str, ModelLayout]) -> set[str]:
    """渔民村 was rebuilt as 31 blocks of 12 floors: the towers nearest to it."""
    at = frame.point(*_YUMINCUN)
    towers = [f for f in footprints if f.typology == "HT" and not (f.landmark and f.landmark.id in models)]
    towers.sort(key=lambda f: (round(f.polygon.distance(at), 2), f.key))
    return {f.key for f in towers[:31]}


def _body(
    code: str, f: Footprint, grid: str, base_m: float, *, twelve: bool, model: ModelLayout | None
) -> Building:
    kind, key, facts = config()["typology"][f.typology], f.key, f.landmark.facts if f.landmark else {}
    floors = facts.get("floors_up") or (12 if twelve else _floors(f.typology, key, kind["floors"]))
    podium = whole(key, "podium", 2, 4) if f.typology == "HT" and not twelve and u(key, "shops") < 0.35 else 0
    storey = kind["storey_m"]
    ground = kind.get("ground_m", 4.5 if podium or f.typology in {"OF", "HO"} else storey)
    if facts.get("height_m"):
        height = facts["height_m"]
        storey = round((height - PARAPET_M) / floors, 3)
        ground = storey
    else:
        height = round(ground + (floors - 1) * storey + PARAPET_M, 2)
    year = facts.get("year") or (
        whole(key, "year", 2001, 2004) if twelve else whole(key, "year", *kind["year"])
    )
    structure = int(pick(key, "structure", kind["structure"]))
    homes = {"UV": whole(key, "homes", 3, 6), "WS": 6, "HT": pick(key, "homes", {6: 0.14, 7: 0.3, 8: 0.56})}
    if model:
        height, floors, base_m = model.height_m, model.floors_up, model.place.height_m
        podium, structure = 0, 4 if f.typology == "HT" else 3
    return Building(
        code=code,
        key=key,
        typology=f.typology,
        use=kind["use"],
        polygon=f.polygon,
        turn_deg=f.turn_deg,
        footprint=f,
        grid_code=grid,
        floors_up=floors,
        floors_down=_basements(f, facts, floors, model),
        ground_floor_m=ground,
        storey_m=storey,
        height_m=height,
        base_m=base_m,
        structure=structure,
        fire_resistance=_fire_resistance(f.typology, structure, floors, key),
        year_built=year,
        year_renov=_renovated(key, year),
        homes_per_floor=homes.get(f.typology, 0),
        podium=podium,
        roof="flat" if f.landmark else _ROOF.get(f.typology, "flat"),
        confidence=facts.get("confidence") or _CONFIDENCE.get(f.typology, 0.8),
        checked_on=dt.date(2023, 1, 1) + dt.timedelta(days=int(240 * u(key, "checked"))),
        model=model,
    )


def _floors(typology: str, key: str, limits: list[int]) -> int:
    low, high = limits
    if typology == "UV":
        return pick(key, "floors", _UV_FLOORS)
    if typology == "HT":
        return int(np.clip(round(27.0 + 3.6 * normal(key, "floors")), low, high))
    if typology in {"OF", "HO", "HP", "IN"}:  # many low, few high
        return int(
            low
            + (high - low + 1) * u(key, "floors") ** {"OF": 1.5, "HO": 1.3, "HP": 3.1, "IN": 2.0}[typology]
        )
    return whole(key, "floors", low, high)


def _basements(f: Footprint, facts: dict[str, Any], floors: int, model: ModelLayout | None) -> int:
    if model:
        return model.floors_down
    if facts:
        return int(facts.get("floors_down") or 0)
    if f.typology in {"OF", "HO", "HP"}:
        return 1 + int(floors > 16) + int(floors > 30)
    if f.typology == "HT":
        return 1 + int(u(f.key, "basement") < 0.5)
    return int(f.typology == "MA") + int(f.typology == "MA" and u(f.key, "basement") < 0.4)


def _fire_resistance(typology: str, structure: int, floors: int, key: str) -> int:
    """Class 1 to 4 of GB 50016: half of the village houses are class 3, tall buildings class 1."""
    if typology == "UV":
        return 3 if u(key, "resistance") < 0.5 else 2
    if typology == "AX":
        return 3 if structure == 2 else 4
    return 1 if floors > 9 or structure in {4, 5} else 2


def _renovated(key: str, year: int) -> int | None:
    if year > 2008 or u(key, "renovated") > 0.18:
        return None
    return int(between(key, "renovated_in", max(year + 8, 2006), 2023))

"""Devices with a live feed: where each hangs, what it measures, when it warns."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
import shapely
from shapely.geometry import Point

from sample_data.gen import street_devices
from sample_data.gen.buildings import Building
from sample_data.gen.chance import u
from sample_data.gen.device_rows import COUNTS, Devices
from sample_data.gen.floors import PLINTH_M
from sample_data.gen.hydrants import Hydrant
from sample_data.gen.pipes import Networks
from sample_data.gen.poles import Pole
from sample_data.models.parts import ModelLayout

SMOKE_BUILDINGS = 12


def devices(buildings: list[Building], nets: Networks, hydrants: list[Hydrant], poles: list[Pole]) -> Devices:
    """All devices of the built area, in the order of their ids."""
    result = Devices()
    for b in buildings:
        if b.model:
            _of_model(b, b.model, result)
    _in_buildings(buildings, result)
    _smoke(buildings, result)
    street_devices.underground(nets, hydrants, result)
    street_devices.outdoors(poles, result)
    result.rows.sort(key=lambda r: r["id"])
    return result


def _of_model(b: Building, model: ModelLayout, result: Devices) -> None:
    """Take the devices of an authored model; a charging place of it also tells its power."""
    for d in model.devices:
        at = model.device_enh(d)
        result.add_modelled(b, d, at)
        if d.type == "ebike_charger":
            names = (f"{d.name_zh} 充电功率", f"{d.name_en} power")
            result.add(f"{d.id}-KW", "ebike_power", names, at, b=b, floor_no=d.floor_no, device=d.id)
            result.rows[-1]["host_space"] = d.host_space


def _ranked(buildings: Iterable[Building], kind: str) -> list[Building]:
    return sorted(buildings, key=lambda b: (u(b.code, f"has-{kind}"), b.code))


def _in_buildings(buildings: list[Building], result: Devices) -> None:
    tall = [b for b in buildings if b.height_m > 50 and not b.model]
    plan = (
        ("fire_pump", tall, -1, "消防泵出口压力", "Fire pump outlet pressure"),
        ("fire_tank", tall, None, "屋顶消防水箱液位", "Roof fire tank level"),
        ("lift", [b for b in buildings if b.height_m > 24 and not b.model], 1, "客梯", "Lift"),
        (
            "power_meter",
            [
                b
                for b in buildings
                if b.typology in {"OF", "MA", "HO", "HP", "SC", "GV", "HT"} and not b.model
            ],
            1,
            "总用电功率",
            "Building power",
        ),
        (
            "ebike_charger",
            [b for b in buildings if b.typology in {"UV", "WS", "HT"} and not b.model],
            1,
            "电动自行车充电位",
            "E-bike charger",
        ),
        (
            "tilt",
            [b for b in buildings if b.year_built < 1995 and b.typology in {"UV", "WS"}],
            None,
            "屋面倾斜监测",
            "Roof tilt",
        ),
    )
    for kind, fit, floor_no, zh, en in plan:
        for b in _ranked(fit, kind)[: COUNTS[kind] - result.count(kind)]:
            floor = b.floors_up if floor_no is None else floor_no if floor_no > 0 or b.floors_down else 1
            height = b.height_m if floor_no is None else -2.0 if floor < 0 else 1.5
            at = b.polygon.representative_point()
            where = b.facts.get("name_zh") or f"{b.code[12:]}号楼"
            where_en = b.facts.get("name_en") or f"Building {b.code[12:]}"
            result.add(f"{_PREFIX[kind]}-{b.code[12:]}", kind, (f"{where} {zh}", f"{where_en} {en.lower()}"),
                       (at.x, at.y, b.base_m + height), b=b, floor_no=floor)  # fmt: skip
            if kind == "ebike_charger":
                code = f"{_PREFIX[kind]}-{b.code[12:]}"
                names = (f"{where} 电动自行车充电功率", f"{where_en} e-bike charging power")
                result.add(
                    f"{code}-KW",
                    "ebike_power",
                    names,
                    (at.x, at.y, b.base_m + height),
                    b=b,
                    floor_no=floor,
                    device=code,
                )


_PREFIX = {
    "fire_pump": "XFB",
    "fire_tank": "XFX",
    "lift": "DT",
    "power_meter": "DB",
    "ebike_charger": "CDZ",
    "tilt": "QX",
}


def _smoke(buildings: list[Building], result: Devices) -> None:
    """One detector per 60 m2 in twelve large buildings, floor by floor until the count is reached."""
    fit = [
        b
        for b in buildings
        if b.typology in {"MA", "HO", "OF"}
        and b.area_m2 > 900
        and b.floors_up >= 4
        and b.facts.get("id") != "L03"
    ]
    known = [b for b in fit if b.facts.get("id") in {"L01", "L02", "L07", "L09"}]
    chosen = known + [b for b in _ranked(fit, "smoke") if b not in known][: SMOKE_BUILDINGS - len(known)]
    wanted = COUNTS["smoke"] - result.count("smoke")
    for i, b in enumerate(sorted(chosen, key=lambda b: b.code)):
        share = wanted // (len(chosen) - i)
        wanted -= _smoke_in(b, share, result)


def _smoke_in(b: Building, wanted: int, result: Devices) -> int:
    points = _ceiling_grid(b, wanted / b.floors_up)
    zh = b.facts.get("name_zh") or f"{b.code[12:]}号楼"
    en = b.facts.get("name_en") or f"Building {b.code[12:]}"
    done = 0
    for floor in range(1, b.floors_up + 1):
        ceiling = b.base_m + PLINTH_M + b.ground_floor_m + (floor - 1) * b.storey_m - 0.4
        quota = math.ceil((wanted - done) / (b.floors_up - floor + 1))
        for n, at in enumerate(points[:quota], 1):
            result.add(
                f"YG-{b.code[12:]}-{floor:03d}-{n:02d}",
                "smoke",
                (f"{zh} {floor}层 感烟探测器{n}", f"{en} {floor}F smoke detector {n}"),
                (at.x, at.y, ceiling),
                b=b,
                floor_no=floor,
            )
            done += 1
    return done


def _ceiling_grid(b: Building, least: float) -> list[Point]:
    """Points on a square grid of 60 m2 inside the outline, denser where the quota asks for more."""
    step = min(math.sqrt(60.0), math.sqrt(b.area_m2 / max(1.0, math.ceil(least) * 1.35)))
    while True:
        west, south, east, north = b.polygon.bounds
        xs, ys = np.arange(west + step / 2, east, step), np.arange(south + step / 2, north, step)
        grid = shapely.points(*(a.ravel() for a in np.meshgrid(xs, ys)))
        inside = [p for p in grid if b.polygon.contains(p)]
        if len(inside) >= math.ceil(least):
            return sorted(inside, key=lambda p: (u(b.code, f"{p.x:.1f},{p.y:.1f}"), p.x, p.y))
        step *= 0.85

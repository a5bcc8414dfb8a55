"""S2, the tower fire: flat 1304 of LH-RES-01. Zero of the clock is the call (15:23 in the story)."""

from __future__ import annotations

import math

import numpy as np

from sample_data.feeds.chance import Array
from sample_data.feeds.feed import Fleet
from sample_data.models.layout import tower
from sample_data.models.tower_layout import CODE
from sample_data.scenarios.scenario import Event, Incident, Scenario

FLOOR, FLAT = 13, "1304"
DRY, PUMP_START, HOSES, CONTROLLED, OUT, CLOSED = -600.0, -45.0, 420.0, 2400.0, 5700.0, 10800.0
KINDS = frozenset(
    {"smoke", "sprinkler_flow", "fire_pump", "fire_tank", "lift", "hydrant_pressure", "power_meter"}
)
_TAU_RISE_S, _TAU_DECAY_S = 51.8, 600.0
_PEAK = 40.0  # %/m
CORRIDOR_S = 212.5  # so that the corridor reaches 2 %/m one minute after the call
_NEIGHBOUR_S, _FLOOR_S = 45.0, 90.0
_LON, _LAT = 114.1068, 22.5340
_POOL_M2 = 70.0


def smoke(s: float, delay_s: float = 0.0) -> float:
    """Obscuration, %/m, `s` seconds after the call: a logistic rise, an exponential end.

    >>> round(smoke(-152.5), 2), round(smoke(-100.8), 2)
    (2.0, 5.0)
    """
    rise = _PEAK / (1.0 + math.exp(min(700.0, -(s - delay_s) / _TAU_RISE_S)))
    return rise * math.exp(-max(0.0, s - CONTROLLED) / _TAU_DECAY_S)


def delays() -> dict[str, tuple[float, float]]:
    """Smoke detectors of the tower that the fire reaches: id -> (delay s, share of the peak).

    The flat's own second detector follows 45 s after the first. The corridor of the
    floor follows when the flat's door is opened; from there smoke takes 90 s a floor
    up the second stair, whose door on 14F is blocked open, and thins on its way.
    """
    reached = {f"{CODE}-SMK-{FLOOR}F-Z41": (0.0, 1.0), f"{CODE}-SMK-{FLOOR}F-Z42": (_NEIGHBOUR_S, 1.0)}
    for floor in range(FLOOR, 34):
        late = CORRIDOR_S + _FLOOR_S * (floor - FLOOR)
        thin = 0.85 ** (floor - FLOOR)
        for number in range(1, 9):
            # above the fire smoke leaves the stair through the northern lobby first
            first = floor == FLOOR or number == 8
            if first or floor <= 17:
                code = f"{CODE}-SMK-{floor}F-C{number}"
                reached[code] = (late if first else late + _NEIGHBOUR_S, thin)
    return reached


_DELAYS = delays()


def _water_used_m3(s: float) -> float:
    """Water drawn from the pool: four sprinkler heads from -45 s, two hoses from the seventh minute."""
    heads = max(0.0, min(s, CONTROLLED) - PUMP_START) * 4 * 1.33 / 1000
    hoses = max(0.0, min(s, CONTROLLED) - HOSES) * 20.0 / 1000
    return heads + hoses


def overlay(fleet: Fleet, values: Array, s: float) -> None:
    """Lay the fire over the readings of scenario time `s`."""
    if not DRY <= s <= CLOSED:
        return
    for code, (delay, share) in _DELAYS.items():
        at = fleet.index.get(code)
        if at is not None:
            values[at] = np.fmax(values[at], share * smoke(s, delay))
    running = PUMP_START <= s < CONTROLLED
    changes = {
        f"{CODE}-FLW-{FLOOR}F": 4 * 1.33 if running else None,
        f"{CODE}-FP-1": 1.15 if running else None,
        f"{CODE}-FP-2": 1.12 if HOSES <= s < CONTROLLED else None,
        # recalled to the ground floor; the fire brigade takes the third from the fourth minute
        f"{CODE}-LIFT-1": 0.0 if s >= PUMP_START else None,
        f"{CODE}-LIFT-2": 0.0 if s >= PUMP_START else None,
        f"{CODE}-LIFT-3": (float(1 + int(s // 60) % 2) if 240 <= s < CONTROLLED else 0.0)
        if s >= PUMP_START
        else None,
    }
    for code, value in changes.items():
        at = fleet.index.get(code)
        if at is not None and value is not None:
            values[at] = value
    pool = fleet.index.get(f"{CODE}-TK-POOL")
    if pool is not None:
        values[pool] -= _water_used_m3(s) / _POOL_M2
    meter = fleet.index.get(f"{CODE}-PWR")
    if meter is not None and s >= 300:
        values[meter] *= 0.3
    if 240 <= s < CONTROLLED:
        _draw_from_hydrant(fleet, values)


def _draw_from_hydrant(fleet: Fleet, values: Array) -> None:
    """Take 0.05 MPa off the hydrant nearest to the tower: the pumpers stand there."""
    members = fleet.by_type.get("hydrant_pressure")
    if members is None:
        return
    away = [
        math.hypot(((d.lon or 0.0) - _LON) * math.cos(math.radians(_LAT)), (d.lat or 0.0) - _LAT)
        for d in (fleet.devices[i] for i in members)
    ]
    values[members[int(np.argmin(away))]] -= 0.05


def _events() -> tuple[Event, ...]:
    room, site, centre = "消防控制室", "现场指挥", "119指挥中心"
    told = (  # what the control room had seen before the call; posted with it
        (0, room, "-152 s 1304室感烟预警 2 %/m；-101 s 报警 5 %/m；-90 s 6.0 %/m、58 ℃",
         "-152 s flat 1304 smoke attention 2 %/m; -101 s alarm 5 %/m; -90 s 6.0 %/m, 58 C", None),
        (1, room, "-60 s 13F 手动报警按钮动作；-45 s 消防泵启动，4 只喷头出水，电梯迫降首层",
         "-60 s manual call point on 13F; -45 s fire pump on, 4 heads flowing, lifts recalled", None),
        (20, centre, "调派 9 车：罗湖站 5、笋岗站 2、黄贝岭站 2",
         "9 vehicles sent: Luohu 5, Sungang 2, Huangbeiling 2",
         "dispatched"),
        (50, centre, "首批力量出动", "First units on their way", "en_route"),
        (60, room, "13F 走道感烟报警，烟气进入走道", "Corridor smoke on 13F", None),
        (150, room, "烟气沿 2 号楼梯上升，每层约 90 s；14F 防火门被障碍物卡开",
         "Smoke climbs stair 2, about 90 s a floor; the fire door on 14F is blocked open", None),
        (240, site, "首车到场，接用最近的市政消火栓（-0.05 MPa）",
         "First unit on scene, nearest street hydrant in use (-0.05 MPa)",
         "on_scene"),
        (420, site, "内攻搜救，两支水枪出水", "Interior search, two lines charged", None),
        (720, site, "疏散完成 61 %", "Evacuation 61 %", None),
        (900, site, "火焰蔓延至 15–17F 外立面", "Flames on the façade at 15-17F", None),
        (2160, centre, "增援力量到场", "Reinforcement on scene", None),
        (CONTROLLED, site, "火势得到控制", "Fire under control", "controlled"),
        (OUT, site, "明火扑灭", "Fire out", "resolved"),
        (CLOSED, centre, "现场移交，警情结束", "Scene handed over, incident closed", "closed"),
    )  # fmt: skip
    return tuple(Event(float(s), "fire", actor, zh, en, to) for s, actor, zh, en, to in told)


def fire() -> Scenario:
    """Tower fire, five minutes before the call to three hours after."""
    layout = tower()
    flat = next(f for f in layout.flats if f.room == FLAT)
    incident = Incident(
        "fire", "F1", 3, "渔民村示范楼 13F 1304室火灾", "119", _LON, _LAT,
        layout.building_code, FLOOR, flat.unit_code,
    )  # fmt: skip
    return Scenario(
        "fire", "高层火灾", "Tower fire", -300.0, CLOSED, 1.0, ((0.0, incident),), _events(), KINDS, overlay
    )

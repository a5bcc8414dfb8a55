"""S1, the flood of 7 September 2023. Zero of the clock is 17:00; the story starts at 21:00."""

from __future__ import annotations

import numpy as np

from sample_data.feeds.chance import Array
from sample_data.feeds.feed import Fleet
from sample_data.models.pump_layout import CODE as PUMP_STATION
from sample_data.scenarios.drainage import PUMPS, station_series
from sample_data.scenarios.hydrology import POINTS, STEP_H, STEPS, flood_series
from sample_data.scenarios.scenario import Event, Incident, Scenario

KINDS = frozenset({"rain", "river_level", "reservoir_level", "ponding", "manhole", "pump_level", "pump_flow"})
END_S = 86_400.0
_STEP_S = STEP_H * 3600
_DISTRICT = (114.1266, 22.5480)
_REPORTED = (  # low spots that become incidents of their own: id, names, degrees
    ("FP01", "人民南嘉宾低点", "Renmin South - Jiabin low point", 114.1138, 22.5418),
    ("FP03", "笋岗铁路桥洞", "Sungang railway arch", 114.1103, 22.5588),
    ("FP06", "和平路下穿", "Heping underpass", 114.1103, 22.5420),
)
CAUTION_M, CARS_STOP_M, CLOSED_M = 0.15, 0.27, 0.40


def depth_class(depth_m: float) -> str:
    """What a depth means on the road: none, caution, cars stop, closed.

    >>> depth_class(0.1), depth_class(0.3), depth_class(0.95)
    ('none', 'cars stop', 'closed')
    """
    if depth_m < CAUTION_M:
        return "none"
    if depth_m < CARS_STOP_M:
        return "caution"
    return "cars stop" if depth_m <= CLOSED_M else "closed"


def _at(series: Array, s: float) -> float:
    """Value of a series at scenario time `s`, straight between steps."""
    return float(np.interp(s / _STEP_S, np.arange(len(series)), series))


def overlay(fleet: Fleet, values: Array, s: float) -> None:
    """Lay the flood over the readings of scenario time `s`."""
    if not 0 <= s <= END_S:
        return
    flood, station = flood_series(), station_series()
    step = min(STEPS - 1, int(s // _STEP_S))
    rain = float(flood.rain_mm_h[step])
    _set(fleet, values, "rain", rain)
    _set(fleet, values, "river_level", _at(flood.stage_m, s))
    _set(fleet, values, "reservoir_level", _at(flood.reservoir_m, s))
    for code in POINTS:
        if code in fleet.index:
            values[fleet.index[code]] = _at(flood.ponding_m[code], s)
    lids = fleet.by_type.get("manhole")
    if lids is not None:  # sewers fill with the rain of the last hour, up to the lid
        past = flood.rain_mm_h[max(0, step - 11) : step + 1].mean()
        values[lids] = np.minimum(values[lids] + 8.0 * past, 2_000.0)
    for key in ("FOREBAY", "SCREEN", "SUMP"):
        at = fleet.index.get(f"{PUMP_STATION}-LVL-{key}")
        if at is not None:
            lower = {"FOREBAY": 0.0, "SCREEN": 0.06, "SUMP": 0.12}[key]
            values[at] = _at(station.basin_m, s) - lower
    outlet = fleet.index.get(f"{PUMP_STATION}-LVL-RIVER")
    if outlet is not None:
        values[outlet] = _at(flood.stage_m, s)
    for pump in range(1, PUMPS + 1):
        at = fleet.index.get(f"{PUMP_STATION}-FLO-{pump}")
        if at is not None:
            values[at] = station.pumps_m3_s[step, pump - 1]


def _set(fleet: Fleet, values: Array, kind: str, level: float) -> None:
    """Move all devices of a kind to a level, each keeping a tenth of its own variation."""
    members = fleet.by_type.get(kind)
    if members is not None:
        own = values[members] - values[members].mean()
        values[members] = np.maximum(0.0, level + 0.1 * own)


def _h(clock: str) -> float:
    """Seconds from 17:00 to a time of day of the story."""
    hours, minutes = clock.split(":")
    return float(((int(hours) - 17) % 24) * 3600 + int(minutes) * 60)


def _story() -> tuple[Event, ...]:
    office, pumps = "区三防指挥部", "罗雨泵站"
    told = (
        ("21:50", office, "暴雨黄色预警（21:45），人员到岗",
         "Yellow rainstorm signal (21:45), crews on duty", "dispatched"),
        ("22:00", office, "暴雨橙色预警，巡查易涝点",
         "Orange rainstorm signal, low spots patrolled", "en_route"),
        ("22:55", office, "暴雨红色预警，关闭下穿通道",
         "Red rainstorm signal, underpasses closed", "on_scene"),
        ("00:15", office, "深圳水库开闸泄洪 75 m³/s", "Shenzhen Reservoir releases 75 m3/s", None),
        ("00:25", office, "布吉河水位达峰 4.65 m", "Buji River peaks at 4.65 m", None),
        ("00:40", pumps, "3 号泵故障停机", "Pump 3 fails", None),
        ("01:15", pumps, "3 号泵恢复运行", "Pump 3 runs again", None),
        ("03:15", office, "水库泄洪加大至 120 m³/s", "Reservoir release raised to 120 m3/s", None),
        ("06:15", office, "水库水位达峰 28.28 m", "Reservoir peaks at 28.28 m", None),
        ("07:40", office, "主要道路积水消退", "Main roads drained", "controlled"),
        ("11:10", office, "全部积水点恢复通行", "All low spots open again", "resolved"),
        ("16:00", office, "应急响应终止", "Emergency response ended", "closed"),
    )  # fmt: skip
    return tuple(Event(_h(clock), "flood", actor, zh, en, to) for clock, actor, zh, en, to in told)


def _point(
    code: str, zh: str, en: str, lon: float, lat: float
) -> tuple[tuple[float, Incident], tuple[Event, ...]]:
    """Incident of a low spot: from 0.27 m until it is below 0.15 m again."""
    depth = flood_series().ponding_m[code]
    rise = float(np.argmax(depth > CARS_STOP_M)) * _STEP_S
    dry = float(np.flatnonzero(depth > CAUTION_M)[-1] + 1) * _STEP_S
    peak = float(np.argmax(depth)) * _STEP_S
    crew = "排水抢险队"
    incident = Incident(code, "W1", 2, f"{zh} 积水超过 0.27 m", "sensor", lon, lat)
    steps = (
        (rise + 60, "派抢险队与交警", "Crew and traffic police sent", "dispatched"),
        (rise + 180, "抢险队出发", "Crew on its way", "en_route"),
        (
            rise + 1500,
            "抢险队到场，封闭道路，架设移动泵",
            "Crew on scene, road closed, mobile pump set",
            "on_scene",
        ),
        (peak, f"最大积水 {depth.max():.2f} m", f"Greatest depth {depth.max():.2f} m at {en}", None),
        (dry, "积水低于 0.15 m", "Depth below 0.15 m", "controlled"),
        (dry + 900, "道路清洗完毕", "Road cleaned", "resolved"),
        (dry + 1800, "恢复通行", "Road open", "closed"),
    )
    events = tuple(Event(s, code, crew, text, text_en, to) for s, text, text_en, to in sorted(steps))
    return (rise, incident), events


def flood() -> Scenario:
    """Flood of 24 h; by default a minute of it passes each second."""
    main = Incident("flood", "W1", 3, "罗湖区特大暴雨内涝", "patrol", *_DISTRICT)
    incidents, events = [(_h("21:45"), main)], list(_story())
    for spot in _REPORTED:
        reported, steps = _point(*spot)
        incidents.append(reported)
        events.extend(steps)
    return Scenario(
        "flood", "特大暴雨", "Flood", _h("21:00"), END_S, 60.0,
        tuple(sorted(incidents, key=lambda item: item[0])), tuple(sorted(events, key=lambda e: e.s)),
        KINDS, overlay,
    )  # fmt: skip

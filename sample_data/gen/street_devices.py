"""Devices under and above the streets: pressures, lids, poles, gauges."""

from __future__ import annotations

import shapely
from shapely.geometry import Point

from sample_data.feeds.device_types import DEVICE_TYPES
from sample_data.gen import frame, water
from sample_data.gen.chance import u
from sample_data.gen.device_rows import COUNTS, Devices
from sample_data.gen.hydrants import Hydrant
from sample_data.gen.pipes import Fitting, Networks
from sample_data.gen.poles import Pole
from sample_data.gen.terrain import terrain

FLOOD_POINTS = (
    ("FP01", "人民南嘉宾低点", "Renmin South - Jiabin low point", 114.1138, 22.5418),
    ("FP02", "春风路下穿", "Chunfeng underpass", 114.1175, 22.5397),
    ("FP03", "笋岗铁路桥洞", "Sungang railway arch", 114.1103, 22.5588),
    ("FP04", "东门南", "Dongmen South", 114.1160, 22.5430),
    ("FP05", "洪湖东", "Honghu East", 114.1200, 22.5660),
    ("FP06", "和平路下穿", "Heping underpass", 114.1103, 22.5420),
    ("FP07", "湖贝", "Hubei", 114.1205, 22.5489),
    ("FP08", "布心路", "Buxin Road", 114.1220, 22.5767),
)
_GAUGES = (
    ("HL-BJ1", "布吉河草埔", 114.1160, 22.5765),
    ("HL-BJ2", "布吉河笋岗", 114.1165, 22.5610),
    ("HL-BJ3", "布吉河人民桥", 114.1098, 22.5480),
    ("HL-BJ4", "布吉河河口", 114.1090, 22.5310),
    ("HL-SZ1", "深圳河罗湖桥", 114.1130, 22.5300),
    ("HL-SZ2", "深圳河文锦渡", 114.1268, 22.5358),
    ("HL-SZ3", "深圳河鹿丹村", 114.1020, 22.5330),
)
_RAIN = (
    ("DM", "东门", 114.1134, 22.5481),
    ("SG", "笋岗", 114.1061, 22.5661),
    ("CZ", "翠竹", 114.1250, 22.5591),
    ("KA", "口岸", 114.1133, 22.5322),
    ("DH", "东湖", 114.1480, 22.5650),
    ("WT", "梧桐山", 114.2000, 22.5800),
)


def underground(nets: Networks, hydrants: list[Hydrant], result: Devices) -> None:
    """Pressure gauges on hydrants and mains, and what hangs below manhole lids."""
    for h in sorted(hydrants, key=lambda h: (u(h.code, "sensor"), h.code))[: COUNTS["hydrant_pressure"]]:
        z = float(terrain().height(*h.point))
        result.add(
            f"YL-{h.code}",
            "hydrant_pressure",
            (f"{h.code} 压力", f"Hydrant {h.code} pressure"),
            (*h.point, z + 0.6),
        )
    mains = [p for p in nets.pipes if p.kind == "W" and p.dn_mm >= 300]
    for p in sorted(mains, key=lambda p: (u(p.code, "sensor"), p.code))[: COUNTS["main_pressure"]]:
        at = p.line.interpolate(0.5, normalized=True)
        result.add(
            f"GW-{p.edge.code}",
            "main_pressure",
            (f"{p.edge.street.name_zh} 给水干管压力", f"{p.edge.street.name_en} main pressure"),
            (at.x, at.y, at.z),
        )
    lids = [f for f in nets.fittings if f.node_type == "manhole" and f.kind in "SD"]
    for f in sorted(lids, key=lambda f: (u(f.code, "sensor"), f.code))[: COUNTS["manhole"]]:
        _under_lid(f, result)


_IN_MANHOLE = (
    ("manhole", "", "井盖水位", "level"),
    ("manhole_tilt", "-TILT", "井盖倾角", "cover tilt"),
    ("manhole_ch4", "-CH4", "井内甲烷", "methane"),
    ("manhole_h2s", "-H2S", "井内硫化氢", "hydrogen sulphide"),
)
"""Feeds of the one device under a lid: kind, end of the id, name."""


def _under_lid(f: Fitting, result: Devices) -> None:
    device = f"JG-{f.code}"
    result.lids[f.code] = device
    for kind, tail, zh, en in _IN_MANHOLE:
        names = (f"{f.code} {zh}", f"Manhole {f.code} {en}")
        result.add(f"{device}{tail}", kind, names, f.point, device=device)


def outdoors(poles: list[Pole], result: Devices) -> None:
    """Stations on smart poles, and gauges of rain, rivers and flooded roads."""
    for pole in poles:
        z = _ground(pole.point)
        result.add(
            f"{pole.code}-KW",
            "pole",
            (f"{pole.code} 照明功率", f"{pole.code} lighting power"),
            (pole.point.x, pole.point.y, z + 3.0),
            device=f"{pole.code}-LGT",
            road_class=pole.road_class,
        )
    spread = sorted(poles, key=lambda p: (u(p.code, "air"), p.code))
    for pole in spread[: COUNTS["air"]]:
        at = (pole.point.x, pole.point.y, _ground(pole.point) + 4.0)
        for kind, tail in (("air", "PM25"), ("air_no2", "NO2"), ("air_o3", "O3"), ("air_temp", "TEMP")):
            of = DEVICE_TYPES[kind]
            result.add(
                f"KQ-{pole.code}-{tail}",
                kind,
                (f"{pole.road} {of.name_zh}", f"{pole.code} {of.name_en.lower()}"),
                at,
                device=f"KQ-{pole.code}",
                road_class=pole.road_class,
            )
    for pole in sorted(poles, key=lambda p: (u(p.code, "noise"), p.code))[: COUNTS["noise"]]:
        at = (pole.point.x, pole.point.y, _ground(pole.point) + 4.0)
        names = (f"{pole.road} 噪声监测", f"{pole.code} noise level")
        result.add(f"ZS-{pole.code}", "noise", names, at, road_class=pole.road_class)
    for code, zh, en, lon, lat in FLOOD_POINTS:
        at_point = frame.point(lon, lat)
        result.add(code, "ponding", (zh, en), (at_point.x, at_point.y, _ground(at_point)))
    for code, zh, lon, lat in _GAUGES:
        at_point = frame.point(lon, lat)
        result.add(
            code,
            "river_level",
            (f"{zh}水位", f"River gauge {code}"),
            (at_point.x, at_point.y, _ground(at_point)),
        )
    dam = shapely.Point(water.reservoir().shape.exterior.coords[0])
    result.add(
        "SK-01",
        "reservoir_level",
        ("深圳水库水位", "Shenzhen Reservoir level"),
        (dam.x, dam.y, water.reservoir().level_m),
    )
    for code, zh, lon, lat in _RAIN:
        at_point = frame.point(lon, lat)
        result.add(
            f"YLZ-{code}",
            "rain",
            (f"{zh}雨量站", f"Rain gauge {code}"),
            (at_point.x, at_point.y, _ground(at_point) + 10.0),
        )


def _ground(at: Point) -> float:
    return float(terrain().height(at.x, at.y))

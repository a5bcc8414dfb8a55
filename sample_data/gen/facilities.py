"""Places people look for: schools, hospitals, metro, fire stations, parks."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import shapely
from shapely.geometry import Point

from sample_data.gen import frame, water
from sample_data.gen.addresses import Address
from sample_data.gen.blocks import Block
from sample_data.gen.buildings import Building
from sample_data.gen.floors import beds
from sample_data.gen.names import stem

METRO = {
    "罗湖": ("Luohu", 114.1138, 22.5343),
    "国贸": ("Guomao", 114.1138, 22.5423),
    "老街": ("Laojie", 114.1112, 22.5468),
    "大剧院": ("Grand Theatre", 114.1033, 22.5449),
    "湖贝": ("Hubei", 114.1202, 22.5470),
    "黄贝岭": ("Huangbeiling", 114.1310, 22.5488),
    "新秀": ("Xinxiu", 114.1439, 22.5504),
    "晒布": ("Shaibu", 114.1177, 22.5520),
    "翠竹": ("Cuizhu", 114.1250, 22.5591),
    "田贝": ("Tianbei", 114.1251, 22.5698),
    "水贝": ("Shuibei", 114.1198, 22.5766),
    "红岭": ("Hongling", 114.0994, 22.5511),
    "园岭": ("Yuanling", 114.0993, 22.5587),
    "红岭北": ("Hongling North", 114.0992, 22.5648),
    "红岭南": ("Hongling South", 114.0998, 22.5425),
    "鹿丹村": ("Ludan Village", 114.1039, 22.5381),
    "人民南": ("Renmin South", 114.1130, 22.5381),
    "向西村": ("Xiangxi Village", 114.1208, 22.5426),
    "文锦": ("Wenjin", 114.1259, 22.5451),
    "洪湖": ("Honghu", 114.1178, 22.5688),
    "笋岗": ("Sungang", 114.1061, 22.5661),
    "怡景": ("Yijing", 114.1351, 22.5586),
    "太安": ("Tai'an", 114.1320, 22.5762),
    "莲塘口岸": ("Liantang Port", 114.1504, 22.5561),
    "莲塘": ("Liantang", 114.1695, 22.5669),
}
"""Metro stations in WGS84, published positions good to 20-40 m."""

_KINDS = {"SC": "school", "HP": "hospital", "GV": "civic", "MA": "market", "HO": "hotel"}


def facilities(buildings: list[Building], addresses: dict[str, Address]) -> list[dict[str, Any]]:
    """One facility for every campus, hospital, civic centre, market and hotel, and the metro stations."""
    sites: dict[str, list[Building]] = defaultdict(list)
    for b in buildings:
        if b.typology in _KINDS:
            sites[b.footprint.parcel.key].append(b)
    rows = []
    for key in sorted(sites, key=lambda k: sites[k][0].code):
        members = sites[key]
        first = members[0]
        address = addresses[first.code]
        middle = shapely.centroid(shapely.union_all([b.polygon for b in members])) if len(members) == 1 else (
            first.polygon.representative_point())  # fmt: skip
        capacity = {"SC": 45 * 8 * sum(b.floors_up for b in members), "HP": sum(beds(b) for b in members)}
        rows.append({
            "id": f"SS-{first.code[12:]}", "name_zh": address.estate, "name_en": address.estate_en,
            "kind": _KINDS[first.typology], "bldg_code": first.code, "capacity": capacity.get(first.typology),
            "address": address.full, "geometry": middle,
        })  # fmt: skip
    for zh, (en, lon, lat) in METRO.items():
        rows.append(
            {
                "id": f"DT-{zh}",
                "name_zh": f"{zh}站",
                "name_en": f"{en} Station",
                "kind": "metro",
                "bldg_code": None,
                "capacity": None,
                "address": None,
                "geometry": frame.point(lon, lat),
            }
        )
    return sorted(rows, key=lambda r: r["id"])


_STATIONS = (
    ("罗湖", "Luohu", 114.1160, 22.5405),
    ("笋岗", "Sungang", 114.1075, 22.5635),
    ("黄贝岭", "Huangbeiling", 114.1330, 22.5475),
    ("田贝", "Tianbei", 114.1225, 22.5690),
)
_MICRO = (
    (114.1020, 22.5370),
    (114.1070, 22.5345),
    (114.1190, 22.5375),
    (114.1240, 22.5420),
    (114.1040, 22.5475),
    (114.1135, 22.5490),
    (114.1215, 22.5505),
    (114.1040, 22.5560),
)


def fire_stations() -> list[dict[str, Any]]:
    """Four stations named in a public report and eight made-up micro stations, each with its vehicles."""
    rows = []
    for number, (zh, en, lon, lat) in enumerate(_STATIONS, 1):
        code = f"XF-{number:02d}"
        kinds = ["pumper"] * 3 + ["ladder", "rescue"] if zh == "罗湖" else ["pumper"] * 2 + ["rescue"]
        rows.append(
            _station(
                code,
                f"{zh}消防救援站",
                f"{en} Fire Station",
                "station",
                crew=30 if zh == "罗湖" else 22,
                vehicles=kinds,
                at=(lon, lat),
            )
        )
    for number, (lon, lat) in enumerate(_MICRO, 1):
        code = f"XF-W{number:02d}"
        rows.append(
            _station(
                code,
                f"示例微型消防站{number}号",
                f"Sample Micro Fire Station {number}",
                "micro",
                crew=6,
                vehicles=["micro"],
                at=(lon, lat),
            )
        )
    return rows


def _station(
    code: str, zh: str, en: str, kind: str, *, crew: int, vehicles: list[str], at: tuple[float, float]
) -> dict[str, Any]:
    load = {
        "pumper": (6, 6000, 500, None),
        "ladder": (4, 0, 0, 53.0),
        "rescue": (5, 1000, 0, None),
        "micro": (3, 500, 50, None),
    }
    fleet = []
    for number, vehicle in enumerate(vehicles, 1):
        people, water_l, foam_l, ladder_m = load[vehicle]
        fleet.append(
            {
                "id": f"{code}-{number}",
                "kind": vehicle,
                "crew": people,
                "water_l": water_l,
                "foam_l": foam_l,
                "ladder_m": ladder_m,
                "state": "ready",
            }
        )
    return {"id": code, "name_zh": zh, "name_en": en, "kind": kind, "crew": crew, "vehicles": fleet,
            "geometry": frame.point(*at)}  # fmt: skip


def green_areas(open_blocks: list[Block]) -> list[dict[str, Any]]:
    """The open blocks as pocket parks, and the three known parks around hill and water."""
    honghu = water.honghu().shape
    named = [
        ("LD-P01", "洪湖公园", "Honghu Park", "park", honghu.buffer(110.0, quad_segs=4).difference(honghu)),
        ("LD-P02", "翠竹公园", "Cuizhu Park", "hill", Point(512495.9, 2496536.4).buffer(260.0, quad_segs=6)),
        ("LD-P03", "围岭公园", "Weiling Park", "hill", Point(512803.8, 2497311.9).buffer(330.0, quad_segs=6)),
        ("LD-P04", "东湖公园", "Donghu Park", "hill", Point(515067.5, 2496095.8).buffer(300.0, quad_segs=6)),
    ]
    rows = [
        {"id": i, "name_zh": zh, "name_en": en, "kind": kind, "geometry": shape}
        for i, zh, en, kind, shape in named
    ]
    for block in open_blocks:
        zh, en = stem(block.key)
        garden = block.polygon.area > 2500
        rows.append({
            "id": f"LD-{block.key}", "name_zh": f"示例{zh}{'公园' if garden else '街角绿地'}",
            "name_en": f"Sample {en} {'Park' if garden else 'Green'}", "kind": "park" if garden else "verge",
            "geometry": block.polygon,
        })  # fmt: skip
    return sorted(rows, key=lambda r: str(r["id"]))


def waters() -> list[dict[str, Any]]:
    """Rivers and lakes; only the two lakes have a published area."""
    rows = []
    for number, river in enumerate((water.buji(), water.shenzhen()), 1):
        rows.append(
            {
                "id": f"SX-R{number}",
                "name_zh": river.name_zh,
                "name_en": river.name_en,
                "kind": "river",
                "level_m": None,
                "accurate": False,
                "geometry": river.surface,
            }
        )
    for number, lake in enumerate((water.honghu(), water.reservoir()), 1):
        rows.append(
            {
                "id": f"SX-L{number}",
                "name_zh": lake.name_zh,
                "name_en": lake.name_en,
                "kind": "detention_basin" if lake is water.honghu() else "reservoir",
                "level_m": lake.level_m,
                "accurate": False,
                "geometry": lake.shape,
            }
        )
    return sorted(rows, key=lambda row: row["id"])

"""Rows of the files: field names as the offices of the sample city write them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import shapely

from sample_data.gen import enterprises, units
from sample_data.gen import hydrants as hydrants_
from sample_data.gen.addresses import Address, lonlat
from sample_data.gen.buildings import Building
from sample_data.gen.chance import whole
from sample_data.gen.city import City, in_window
from sample_data.gen.facilities import green_areas
from sample_data.gen.floors import Floor, floors, gross_floor_m2
from sample_data.gen.footprints import Parcel
from sample_data.gen.pipes import fitting_row, pipe_row
from sample_data.gen.streets import rail

ABOUT = {
    "terrain.tif": ("EPSG:4547", "地形", "ground heights, float32 metres, 30 m grid, nodata -9999"),
    "parcels.shp": ("EPSG:4526", "宗地", "cadastral parcels, GBK text without .cpg, zone-prefixed eastings"),
    "roads.geojson": ("OGC:CRS84", "道路", "street centrelines between crossings"),
    "rail.geojson": ("OGC:CRS84", "铁路", "railway centreline"),
    "water.geojson": ("OGC:CRS84", "水体", "rivers and lakes"),
    "vegetation.geojson": ("OGC:CRS84", "绿地", "parks and greens"),
    "zones.geojson": ("OGC:CRS84", "社区与网格", "communities and grids"),
    "buildings.gpkg": ("EPSG:4547", "建筑", "building outlines with height and floors"),
    "building_parts.gpkg": (
        "EPSG:4547",
        "建筑部件",
        "LoD2 parts: roof huts, tanks, podiums, tapered tiers, masts",
    ),
    "floors.csv": (None, "楼层", "one row a storey"),
    "fire_profiles.csv": (
        None,
        "消防档案",
        "one row a building; JSON in some cells; points are east, north in EPSG:4547",
    ),
    "units.parquet": (None, "房屋", "dwellings and workplaces"),
    "enterprises.csv": (None, "企业", "firms, each in a unit"),
    "addresses.csv": ("OGC:CRS84", "地址", "standard addresses, columns lon and lat"),
    "utilities.gpkg": ("EPSG:4547", "管线", "layers utility_line and utility_node, heights in the geometry"),
    "hydrants.csv": ("EPSG:4547", "消火栓", "street hydrants, columns x (east) and y (north)"),
    "facilities.geojson": ("OGC:CRS84", "公共设施", "schools, hospitals, markets, hotels, metro stations"),
    "fire_stations.geojson": ("OGC:CRS84", "消防站", "fire stations with their vehicles"),
    "poles.geojson": ("OGC:CRS84", "智慧杆", "smart poles with camera, light, wireless"),
    "sensors.geojson": ("OGC:CRS84", "传感器", "devices with a live feed"),
    "models/LH-MAL-02.ifc": ("EPSG:4547", "翠兴商城模型", "authored IFC4 model of a mall; demo and full"),
    "models/LH-PMP-03.ifc": ("EPSG:4547", "示范排涝泵站模型", "authored IFC4 model of the pump station"),
    "models/LH-RDB-04.ifc": (
        "EPSG:4547",
        "滨河示范路桥模型",
        "authored IFC4X3_ADD2 model of a road and a bridge on one alignment; demo and full",
    ),
    "models/LH-RES-01.ifc": ("EPSG:4547", "渔民村示范楼模型", "authored IFC4 model of the tower"),
    "facts/known_errors.csv": (None, "已知错误", "wrong values put in on purpose"),
}
"""File name -> CRS, Chinese title, what it is."""


def building(
    b: Building, town: City, parcels: dict[str, str], storeys: list[Floor], risk: float
) -> dict[str, Any]:
    """Row of buildings.gpkg."""
    address = town.addresses[b.code]
    name = (b.facts["name_zh"], b.facts["name_en"]) if b.facts else address.name or (None, None)
    alias = [a for a in (b.facts.get("alias") or "").split(";") if a]
    return {
        "bldg_code": b.code,
        "name_zh": name[0],
        "name_en": name[1],
        "alias": alias or None,
        "typology": b.typology,
        "use": b.use,
        "structure": str(b.structure),
        "fire_resistance": b.fire_resistance,
        "floors_up": b.floors_up,
        "floors_down": b.floors_down,
        "height_m": b.height_m,
        "elev_base_m": b.base_m,
        "footprint_m2": b.area_m2,
        "gfa_m2": gross_floor_m2(b, storeys),
        "year_built": b.year_built,
        "year_renov": b.year_renov,
        "address": address.full,
        "street_code": b.code[:9],
        "community_code": b.community_code,
        "grid_code": b.grid_code,
        "parcel_id": parcels[b.footprint.parcel.key],
        "manager_id": manager(b),
        "population_cap": sum(f.capacity for f in storeys),
        "lod": 3 if b.model else 1,
        "roof": b.roof,
        "risk": risk,
        "ifc_model": b.model.code if b.model else None,
        "valid_from": f"{b.year_built}-01-01",
        "valid_to": None,
        "source": "罗湖示例城市",
        "confidence": b.confidence,
        "checked_on": b.checked_on,
        "geometry": b.polygon,
    }


def manager(b: Building) -> str | None:
    """One of forty made-up property companies; village houses have none."""
    if b.typology in {"UV", "AX", "UT"}:
        return None
    return f"罗湖示例物业{whole(b.footprint.parcel.key, 'manager', 1, 40):02d}公司"


FLOOR_FIELDS = (
    "bldg_code",
    "floor_no",
    "label",
    "elev_m",
    "height_m",
    "use",
    "area_m2",
    "capacity",
    "compartments",
    "refuge",
)


def floor(f: Floor) -> tuple[Any, ...]:
    """Row of floors.csv, in the order of `FLOOR_FIELDS`."""
    size = (f.elev_m, f.height_m, f.use, f.area_m2, f.capacity)
    return (f.building_code, f.floor_no, f.label, *size, f.compartments, f.refuge)


def parcels(
    town: City, code: Callable[[str, int], str], row: Callable[[str, Parcel], dict[str, Any]]
) -> tuple[dict[str, str], list[dict[str, Any]]]:
    """Codes of all parcels by key, and the rows of those in the profile."""
    community = {}
    for b in town.all_buildings:
        community.setdefault(b.footprint.parcel.key, b.community_code)
    serial: dict[str, int] = defaultdict(lambda: 90_000)
    codes: dict[str, str] = {}
    written = []
    used = {b.footprint.parcel.key for b in town.chosen}
    for parcel in sorted((p for t in town.towns for p in t.parcels), key=lambda p: p.key):
        if parcel.key not in community:
            continue
        serial[community[parcel.key]] += 1
        codes[parcel.key] = code(community[parcel.key], serial[community[parcel.key]])
        if parcel.key in used:
            written.append(row(codes[parcel.key], parcel))
    return codes, sorted(written, key=lambda r: r["宗地编码"])


def roads(town: City) -> list[dict[str, Any]]:
    """Rows of roads.geojson; a fire engine needs 4 m (GB 50016 7.1.8)."""
    return [
        {
            "id": e.code,
            "name_zh": e.street.name_zh,
            "name_en": e.street.name_en,
            "class": e.street.road_class,
            "lanes": e.street.lanes,
            "oneway": e.street.road_class == "lane",
            "width_m": e.street.width_m,
            "fire_access": e.street.width_m >= 4.0
            and e.length_m > 1.0
            and not (e.street.road_class == "lane" and "环" not in e.street.name_zh),
            "name_source": e.street.name_source,
            "geometry": e.line,
        }
        for e in town.streets.edges
        if in_window(town, e.line)
    ]


def rails() -> list[dict[str, Any]]:
    """Row of rail.geojson."""
    return [
        {
            "id": "TL-01",
            "name_zh": "广深铁路",
            "name_en": "Guangzhou-Shenzhen Railway",
            "kind": "rail",
            "underground": False,
            "geometry": rail(),
        }
    ]


def vegetation(town: City) -> list[dict[str, Any]]:
    """Rows of vegetation.geojson."""
    return [
        r for r in green_areas([b for t in town.towns for b in t.green]) if in_window(town, r["geometry"])
    ]


def zones(town: City) -> list[dict[str, Any]]:
    """Rows of zones.geojson."""
    return [{"id": z.code, "name_zh": z.name_zh, "name_en": z.name_en, "kind": z.kind, "geometry": z.polygon}
            for z in sorted(town.zones, key=lambda z: z.code) if in_window(town, z.polygon)]  # fmt: skip


def access(town: City, b: Building) -> tuple[float, str]:
    """Width of the nearest street and the side of the building it is on."""
    edge = town.streets.edges[int(town.street_tree.nearest(b.polygon))]
    middle = b.polygon.centroid
    at = edge.line.interpolate(edge.line.project(middle))
    dx, dy = at.x - middle.x, at.y - middle.y
    side = ("E" if dx > 0 else "W") if abs(dx) > abs(dy) else ("N" if dy > 0 else "S")
    return edge.street.width_m, side


def firm_quotas(town: City) -> dict[str, int]:
    """How many firms each building of the core and of the north has."""
    result: dict[str, int] = {}
    for phase, built in enumerate(town.towns):
        inside = {f.key for f in built.footprints}
        rooms = {}
        for b in town.all_buildings:
            if b.key in inside and b.typology in {"OF", "MA", "IN", "HT"} and not b.model:
                rooms[b.code] = units.open_rooms(b, list(floors(b)))
        result |= enterprises.quotas({c: n for c, n in rooms.items() if n}, enterprises.TARGET[phase])
    return result


def address(a: Address, b: Building) -> dict[str, Any]:
    """Row of addresses.csv."""
    lon, lat = lonlat(a)
    return {
        "id": a.code,
        "full": a.full,
        "alias": a.alias,
        "road": a.road,
        "number": a.number,
        "estate": a.estate,
        "building_no": a.building_no,
        "bldg_code": a.building_code,
        "street_code": b.code[:9],
        "community_code": b.community_code,
        "lon": f"{lon:.7f}",
        "lat": f"{lat:.7f}",
    }


def utilities(town: City) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Rows of the layers utility_line and utility_node."""
    lines = [pipe_row(p) for p in town.networks.pipes if in_window(town, p.line)]
    nodes = [
        fitting_row(f, town.devices.lids)
        for f in town.networks.fittings
        if in_window(town, shapely.Point(f.point))
    ]
    return lines, nodes


def hydrants(town: City) -> list[dict[str, Any]]:
    """Rows of hydrants.csv before any error is put in."""
    return [hydrants_.hydrant_row(h) for h in town.hydrants if in_window(town, shapely.Point(h.point))]


def sensors(town: City) -> list[dict[str, Any]]:
    """Rows of sensors.geojson: those of chosen buildings, and those outdoors inside the window."""
    chosen = {b.code for b in town.chosen}
    return [r for r in town.devices.rows
            if (r["bldg_code"] in chosen if r["bldg_code"] else in_window(town, r["geometry"]))]  # fmt: skip

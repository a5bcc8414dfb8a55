"""A first mapping for an unknown file, from the names of its columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from loaders.gis.mapping import ColumnRule, FieldMapping, ReferenceRule
from twin import catalogue
from twin.model.collection import Collection

# what offices call our columns, beside our own names and labels
_SYNONYMS: dict[str, tuple[str, ...]] = {
    "code": (
        "bldg_code", "id", "bh", "编号", "编码",
        "gid", "objectid", "建筑编码", "bldg_id", "building_id",
    ),
    "name_zh": ("name", "mc", "名称", "名字", "名", "建筑名称", "name_cn", "title"),
    "name_en": ("name_en", "en_name", "name:en", "英文名"),
    "name": ("name", "mc", "名称", "title"),
    "height_m": (
        "height", "height_ag", "hgt", "gd", "高度",
        "建筑高度", "楼高", "roof_height", "elevation_roof", "build_hght",
    ),
    "floors_up": (
        "floors", "floor", "levels", "building:levels", "cs",
        "层数", "地上层数", "floors_ag", "num_floors", "storeys",
    ),
    "floors_down": ("floors_bg", "地下层数"),
    "elev_base_m": ("base", "elevation", "base_elev", "地面高程", "室外地坪高程"),
    "year_built": (
        "year", "year_built", "yearbuilt", "jcnd",
        "建成年份", "建成年代", "start_date", "construction_year",
    ),
    "use": ("use", "usage", "building_use", "用途", "function", "building"),
    "address": ("address", "addr", "dz", "地址", "full_address", "addr_full", "addr:full"),
    "full": ("address", "full", "地址", "标准地址"),
    "road": ("road", "street", "addr:street", "道路", "路名", "straatnaam"),
    "number": ("number", "housenumber", "addr:housenumber", "门牌号", "huisnummer"),
    "kind": ("kind", "type", "lx", "类型", "类别", "category", "fclass", "amenity"),
    "class": ("class", "highway", "fclass", "道路等级"),
    "lanes": ("lanes", "车道数"),
    "width_m": ("width", "宽度"),
    "landuse": ("landuse", "land_use", "用地性质"),
    "area_m2": ("area", "面积", "shape_area"),
    "dn_mm": ("diameter", "dn", "管径", "公称直径"),
    "depth_m": ("depth", "埋深", "深度"),
    "material": ("material", "材质"),
}  # fmt: skip
_X = ("x", "lon", "lng", "longitude", "经度", "wgs84_lon", "lon_wgs84", "east", "easting", "x坐标", "point_x")
_Y = ("y", "lat", "latitude", "纬度", "wgs84_lat", "lat_wgs84", "north", "northing", "y坐标", "point_y")
_WKT = ("wkt", "geom", "geometry", "the_geom", "wkt_geom", "shape")
_WORDS: tuple[tuple[str, str], ...] = (
    ("building_part", r"building.?part|部件"),
    ("building", r"build|bldg|house|footprint|建筑|房屋面|楼栋|extrusion|zone$"),
    ("hydrant", r"hydrant|消火栓|消防栓|xhs"),
    ("fire_station", r"fire.?station|消防站"),
    ("parcel", r"parcel|plot|block|宗地|地块|cadast"),
    ("road", r"road|street|highway|道路|街道中心线|路网"),
    ("rail", r"rail|metro|subway|busline|地铁|轨道|铁路"),
    ("bridge", r"bridge|桥"),
    ("tunnel", r"tunnel|隧道"),
    ("water_body", r"water.?bod|river|lake|河流|湖|水体|水系"),
    ("utility_line", r"pipe|sewer|cable|conduit|管线|管段"),
    ("utility_node", r"manhole|junction|valve|tank|pump|井|管点"),
    ("vegetation", r"park|green|tree|绿地|公园|植被"),
    ("address", r"address|门牌|地址"),
    ("sensor", r"sensor|device|传感|设备"),
    ("facility", r"hospital|school|poi|facilit|医院|学校|设施"),
    ("terrain_zone", r"district|county|countr|ward|zone|行政|街道|社区|分区"),
)
_FITS = {
    "MultiPolygon": ("Polygon", "MultiPolygon", "Unknown"),
    "MultiLineString": ("LineString", "MultiLineString", "Unknown"),
    "MultiLineStringZ": ("LineString", "MultiLineString", "Unknown"),
    "Point": ("Point", "MultiPoint", "Unknown"),
}


def guess(
    names: Sequence[str],
    *,
    layer: str,
    file: str,
    geometry: str | None,
    collection: str | None = None,
    unique: Iterable[str] = (),
    several: bool = False,
) -> FieldMapping:
    """Propose a mapping.

    Parameters
    ----------
    names : sequence of str
        Columns of the file.
    layer, file : str
        What the layer and the file (without suffix) are called.
    geometry : str or None
        Geometry type the format states; None for a table.
    collection : str, optional
        Where it shall go; guessed from the names if left out, `theme` in doubt.
    unique : iterable of str
        Columns whose sampled values are all there and all different: fit for a key.
    several : bool
        The file has more layers, so that its name alone is not the name of the data set.
    """
    low = {name.lower().strip(): name for name in reversed(names)}
    x, y = _first(low, _X), _first(low, _Y)
    wkt = None if geometry else _first(low, _WKT)
    kind = (
        (geometry or ("Point" if x and y else "Unknown" if wkt else "None")).removesuffix(" Z").split(",")[0]
    )
    target = catalogue.collection(collection) if collection else _collection(f"{layer} {file}", names, kind)
    rules: dict[str, ColumnRule] = {}
    for column in target.columns:
        wanted = (column.name, column.zh, column.en.lower(), *_SYNONYMS.get(column.name, ()))
        found = _first(low, wanted)
        if found is not None and found not in {rule.source for rule in rules.values()}:
            rules[column.name] = ColumnRule(found)
    fit = list(unique)
    code = rules["code"].source if "code" in rules else None
    key = code if code in fit else next(iter(_by_name(fit)), None)
    use_xy = not geometry and x and y and not wkt and target.geometry
    references = {}
    building = _first(low, ("building_code", "bldg_code", "建筑编码"))
    if building and target.name != "building":
        references["building"] = ReferenceRule("building", building)
    return FieldMapping(
        name=f"{_slug(file)}/{_slug(layer)}" if several else _slug(file),
        collection=target.name,
        layer=layer if layer != file else None,
        key=(key,) if key else (),
        columns=rules,
        references=references,
        x=x if use_xy else None,
        y=y if use_xy else None,
        wkt=wkt if target.geometry else None,
        solid_base="elev_base_m" if _solid(target, rules) else None,
        solid_height="height_m" if _solid(target, rules) else None,
        solid_ground=_solid(target, rules),
        solid_floors="floors_up" if _solid(target, rules) and "floors_up" in rules else None,
    )


def to_toml(mapping: FieldMapping) -> str:
    """A mapping as the file it would be read from."""
    lines = ["[source]", f"name = {_quoted(mapping.name)}", f"collection = {_quoted(mapping.collection)}"]
    for name in ("layer", "crs", "encoding"):
        value = getattr(mapping, name)
        if value:
            lines.append(f"{name} = {_quoted(value)}")
    if mapping.key:
        value = (
            _quoted(mapping.key[0]) if len(mapping.key) == 1 else f"[{', '.join(map(_quoted, mapping.key))}]"
        )
        lines += ["", "[key]", f"from = {value}"]
    if mapping.columns:
        lines += ["", "[columns]"]
        lines += [f"{name} = {_quoted(rule.source)}" for name, rule in mapping.columns.items()]
    for name, rule in mapping.references.items():
        lines += ["", f"[{name}]", f"from = {_quoted(rule.source)}"]
    if mapping.x and mapping.y:
        lines += ["", "[geometry]", f"x = {_quoted(mapping.x)}", f"y = {_quoted(mapping.y)}"]
    elif mapping.wkt:
        lines += ["", "[geometry]", f"wkt = {_quoted(mapping.wkt)}"]
    if mapping.solid_base and mapping.solid_height:
        lines += [
            "",
            "[solid]",
            f"base = {_quoted(mapping.solid_base)}",
            f"height = {_quoted(mapping.solid_height)}",
        ]
        lines += ["ground = true"] if mapping.solid_ground else []
        lines += [f"floors = {_quoted(mapping.solid_floors)}"] if mapping.solid_floors else []
    return "\n".join(lines) + "\n"


def _collection(text: str, names: Sequence[str], geometry: str) -> Collection:
    low = {name.lower() for name in names}
    tall = low & {*_SYNONYMS["height_m"], *_SYNONYMS["floors_up"], "height_m", "floors_up"}
    if tall and geometry in _FITS["MultiPolygon"][:2]:
        return catalogue.collection("building")
    for where in (text.lower(), " ".join(names).lower()):
        for name, pattern in _WORDS:
            target = catalogue.collection(name)
            fits = target.geometry is None or geometry in _FITS.get(target.geometry, (geometry,))
            if fits and re.search(pattern, where):
                return target
    return catalogue.collection("theme")


def _first(low: dict[str, str], wanted: Iterable[str]) -> str | None:
    return next((low[name.lower()] for name in wanted if name.lower() in low), None)


def _by_name(names: Sequence[str]) -> list[str]:
    """What is called a key comes first; a measure never is one."""
    called = [
        name for name in names if re.search(r"(^|_)(id|code|no|gml_id|uid|guid|fid)$|编号|编码", name, re.I)
    ]
    return [*called, *(name for name in names if re.search(r"id$", name, re.I) and name not in called)]


def _solid(target: Collection, rules: dict[str, Any]) -> bool:
    based = target.column("elev_base_m") is not None
    return bool(target.solid and based and ("height_m" in rules or "floors_up" in rules))


def _slug(text: str) -> str:
    return re.sub(r"[^\w-]+", "-", text.lower()).strip("-")


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

"""Buildings and their parts."""

from __future__ import annotations

from twin.catalogue.columns import (
    COUNT,
    HEIGHT_M,
    YEAR,
    boolean,
    date,
    integer,
    integers,
    json,
    place,
    real,
    text,
    texts,
)
from twin.model.collection import Collection

_BODY = (
    texts("surfaces", "各面语义", "Meaning of each face of the solid", listed=False),
    json("shell", "展示面", "Faces for display where they are no solid", listed=False),
)
"""`surfaces` is aligned with the faces of `solid`: RoofSurface, WallSurface ... (CityGML)."""

BUILDING = Collection(
    name="building",
    zh="建筑",
    en="Buildings",
    group="building",
    geometry="MultiPolygon",
    solid=True,
    min_zoom=12,
    searched=("name_zh", "name_en", "alias", "address", "code"),
    weight=1.0,
    columns=(
        text("code", "建筑编码", "Building code", tile=True),
        text("name_zh", "名称", "Chinese name", tile=True),
        text("name_en", "英文名称", "English name", tile=True),
        texts("alias", "别名", "Other names"),
        text("typology", "类型", "Typology", code_list="typology", tile=True),
        text("use", "主要用途", "Main use", code_list="use", tile=True),
        text("structure", "结构类型", "Structure", code_list="structure", tile=True),
        integer(
            "fire_resistance", "耐火等级", "Fire resistance class", code_list="fire_resistance", tile=True
        ),
        integer("floors_up", "地上层数", "Floors above ground", tile=True, within=(0, 300)),
        integer("floors_down", "地下层数", "Floors below ground", within=(0, 30)),
        real("height_m", "建筑高度", "Height", unit="m", tile=True, within=HEIGHT_M),
        real("elev_base_m", "室外地坪高程", "Ground elevation", unit="m", tile=True, within=(-500, 9000)),
        real("footprint_m2", "占地面积", "Footprint area", unit="m²"),
        real("gfa_m2", "建筑面积", "Gross floor area", unit="m²"),
        integer("year_built", "建成年份", "Year built", tile=True, within=YEAR),
        integer("year_renov", "改造年份", "Year renovated", within=YEAR),
        text("address", "标准地址", "Address"),
        text("street_code", "街道编码", "Subdistrict code"),
        text("community_code", "社区编码", "Community code"),
        text("grid_code", "网格编码", "Grid code"),
        text("parcel_code", "宗地编码", "Parcel code"),
        text("manager", "物业公司", "Property manager"),
        integer("population_cap", "容纳人数", "Population capacity", within=COUNT),
        integer("lod", "细节层次", "Level of detail", within=(0, 4)),
        text("roof", "屋顶形式", "Roof form", code_list="roof"),
        real("risk", "火险指数", "Fire risk index", unit="0-100", tile=True),
        date("checked_on", "核查日期", "Checked on"),
        *_BODY,
    ),
)

BUILDING_PART = Collection(
    name="building_part",
    zh="建筑部件",
    en="Building parts",
    group="building",
    geometry="MultiPolygon",
    solid=True,
    min_zoom=14,
    columns=(
        text("code", "部件编码", "Part code"),
        text("kind", "类别", "Kind", tile=True),
        real("height_m", "高度", "Height", unit="m", tile=True, within=HEIGHT_M),
        real("elev_base_m", "底部高程", "Base elevation", unit="m", tile=True, within=(-500, 9000)),
        integer("lod", "细节层次", "Level of detail", within=(0, 4)),
        *_BODY,
    ),
)

FIRE_PROFILE = Collection(
    name="fire_profile",
    zh="消防档案",
    en="Fire record",
    group="fire",
    geometry=None,
    columns=(
        text("sprinkler", "自动喷淋", "Sprinkler", code_list="coverage"),
        boolean("indoor_hydrant", "室内消火栓", "Indoor hydrants"),
        json("stairs", "疏散楼梯", "Escape stairs"),
        integer("fire_lift", "消防电梯", "Fire-fighting lifts", within=COUNT),
        integers("refuge_floors", "避难层", "Refuge floors"),
        boolean("alarm_system", "火灾自动报警", "Fire alarm system"),
        text("control_room", "消防控制室", "Fire control room"),
        integer("inlets", "水泵接合器", "Fire department connections", within=COUNT),
        real("tank_m3", "消防水池", "Fire water tank", unit="m³"),
        real("roof_tank_m3", "屋顶水箱", "Roof tank", unit="m³"),
        real("pump_lps", "消防泵流量", "Fire pump flow", unit="L/s"),
        real("access_width_m", "消防车道宽度", "Fire lane width", unit="m", within=(0, 1000)),
        text("ladder_side", "登高面", "Ladder side"),
        text("gas", "燃气", "Gas", code_list="gas"),
        place("shutoff_gas", "燃气切断位置", "Gas shut-off"),
        place("shutoff_power", "电源切断位置", "Power shut-off"),
        boolean("pv", "屋顶光伏", "Photovoltaics"),
        integer("ebike", "电动自行车充电位", "E-bike charging points", within=COUNT),
        json("hazmat", "危险品", "Hazardous materials"),
        boolean("key_unit", "消防重点单位", "Key fire-safety unit"),
        real("risk", "火险指数", "Fire risk index", unit="0-100"),
        place("assembly_point", "集合点", "Assembly point"),
        date("checked_on", "核查日期", "Checked on"),
    ),
)

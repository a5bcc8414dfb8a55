"""Land, water, ground and addresses."""

from __future__ import annotations

from twin.catalogue.columns import COUNT, HEIGHT_M, LEVEL_M, boolean, date, integer, json, real, text, texts
from twin.model.collection import Collection

PARCEL = Collection(
    name="parcel",
    zh="宗地",
    en="Parcels",
    group="land",
    geometry="MultiPolygon",
    min_zoom=14,
    searched=("code",),
    columns=(
        text("code", "宗地编码", "Parcel code", tile=True),
        text("landuse", "用地性质", "Land use", code_list="landuse", tile=True),
        real("area_m2", "面积", "Area", unit="m²"),
        real("far_max", "容积率上限", "Maximum floor area ratio", tile=True, within=(0, 1000)),
        real("height_max_m", "限高", "Height limit", unit="m", tile=True, within=HEIGHT_M),
        real("coverage_max", "建筑密度上限", "Maximum coverage", within=(0, 1)),
        real("setback_m", "退线距离", "Setback", unit="m", within=(0, 1000)),
        text("plan_ref", "规划依据", "Plan reference"),
        date("checked_on", "核查日期", "Checked on"),
    ),
)

WATER_BODY = Collection(
    name="water_body",
    zh="水体",
    en="Water",
    group="land",
    geometry="MultiPolygon",
    min_zoom=8,
    searched=("name_zh", "name_en"),
    weight=0.8,
    columns=(
        text("name_zh", "名称", "Chinese name", tile=True),
        text("name_en", "英文名称", "English name", tile=True),
        text("kind", "类别", "Kind", tile=True),
        real("level_m", "水位", "Water level", unit="m", within=LEVEL_M),
        boolean("accurate", "位置准确", "Position accurate"),
    ),
)

TERRAIN_ZONE = Collection(
    name="terrain_zone",
    zh="行政与管理分区",
    en="Zones",
    group="land",
    geometry="MultiPolygon",
    min_zoom=9,
    searched=("name_zh", "name_en", "code"),
    weight=0.8,
    columns=(
        text("code", "编码", "Code", tile=True),
        text("name_zh", "名称", "Chinese name", tile=True),
        text("name_en", "英文名称", "English name", tile=True),
        text("kind", "类别", "Kind", tile=True),
    ),
)

VEGETATION = Collection(
    name="vegetation",
    zh="绿地",
    en="Green areas",
    group="land",
    geometry="MultiPolygon",
    min_zoom=10,
    searched=("name_zh", "name_en"),
    weight=0.75,
    columns=(
        text("name_zh", "名称", "Chinese name", tile=True),
        text("name_en", "英文名称", "English name", tile=True),
        text("kind", "类别", "Kind", tile=True),
    ),
)

ADDRESS = Collection(
    name="address",
    zh="地址",
    en="Addresses",
    group="land",
    geometry="Point",
    min_zoom=16,
    searched=("full", "alias"),
    weight=0.7,
    columns=(
        text("code", "地址编码", "Address code"),
        text("full", "标准地址", "Full address"),
        texts("alias", "别名", "Other forms"),
        text("road", "道路", "Road"),
        text("number", "门牌号", "Number", tile=True),
        text("estate", "小区", "Estate"),
        text("building_code", "建筑编码", "Building code"),
        text("street_code", "街道编码", "Subdistrict code"),
        text("community_code", "社区编码", "Community code"),
    ),
)

FACILITY = Collection(
    name="facility",
    zh="公共设施",
    en="Facilities",
    group="land",
    geometry="Point",
    min_zoom=13,
    searched=("name_zh", "name_en"),
    weight=0.95,
    columns=(
        text("code", "编码", "Code"),
        text("name_zh", "名称", "Chinese name", tile=True),
        text("name_en", "英文名称", "English name", tile=True),
        text("kind", "类别", "Kind", code_list="facility", tile=True),
        text("building_code", "建筑编码", "Building code"),
        integer("capacity", "容量", "Capacity", within=COUNT),
        text("address", "地址", "Address"),
    ),
)

THEME = Collection(
    name="theme",
    zh="专题图层",
    en="Theme layers",
    group="theme",
    geometry="Geometry",
    min_zoom=10,
    searched=("name",),
    columns=(
        text("theme", "专题", "Theme", tile=True),
        text("name", "名称", "Name", tile=True),
        text("kind", "类别", "Kind", tile=True),
        json("style", "样式", "Style"),
    ),
)

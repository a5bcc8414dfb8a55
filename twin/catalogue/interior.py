"""What is inside a building: storeys, spaces, elements and equipment."""

from __future__ import annotations

from twin.catalogue.columns import COUNT, HEIGHT_M, LEVEL_M, boolean, integer, json, real, text
from twin.model.collection import Collection

STOREY = Collection(
    name="storey",
    zh="楼层",
    en="Storeys",
    group="building",
    geometry="MultiPolygon",
    solid=True,
    min_zoom=16,
    searched=(),
    columns=(
        text("label", "楼层名", "Label", tile=True),
        text("global_id", "IFC GlobalId", "IFC GlobalId"),
        text("name", "名称", "Name"),
        real("elev_m", "楼面高程", "Floor elevation", unit="m", tile=True, within=LEVEL_M),
        real("height_m", "层高", "Storey height", unit="m", tile=True, within=HEIGHT_M),
        text("use", "用途", "Use", code_list="use", tile=True),
        real("area_m2", "建筑面积", "Floor area", unit="m²"),
        integer("capacity", "容纳人数", "Capacity", within=COUNT),
        json("compartments", "防火分区", "Fire compartments"),
        json("plan", "楼层平面线", "Plan lines"),
        boolean("refuge", "避难层", "Refuge floor"),
    ),
)

SPACE = Collection(
    name="space",
    zh="房间",
    en="Spaces",
    group="building",
    geometry="MultiPolygon",
    solid=True,
    min_zoom=17,
    max_zoom=18,
    searched=("name", "long_name", "unit_code"),
    weight=0.45,
    columns=(
        text("global_id", "IFC GlobalId", "IFC GlobalId"),
        text("name", "房间号", "Room number", tile=True),
        text("long_name", "房间名称", "Room name", tile=True),
        text("unit_code", "房屋编码", "Unit code"),
        text("use", "用途", "Use", code_list="use", tile=True),
        text("object_type", "类型", "Object type", tile=True),
        real("elev_m", "楼面高程", "Floor elevation", unit="m", tile=True, within=LEVEL_M),
        real("height_m", "净高", "Clear height", unit="m", tile=True, within=HEIGHT_M),
        real("area_m2", "面积", "Area", unit="m²"),
        real("volume_m3", "体积", "Volume", unit="m³"),
        text("compartment", "防火分区", "Fire compartment"),
    ),
)

_IFC = (
    text("global_id", "IFC GlobalId", "IFC GlobalId"),
    text("ifc_class", "IFC 类", "IFC class", tile=True),
    text("predefined_type", "预定义类型", "Predefined type"),
    text("name", "名称", "Name", tile=True),
    text("type_name", "构件类型", "Element type"),
    text("tag", "标记", "Tag"),
)

ELEMENT = Collection(
    name="element",
    zh="构件",
    en="Elements",
    group="building",
    geometry="MultiPolygon",
    min_zoom=18,
    max_zoom=18,
    columns=(
        *_IFC,
        text("material", "材料", "Material"),
        text("system", "系统", "System"),
        text("fire_rating", "耐火极限", "Fire rating"),
        real("fire_rating_min", "耐火时间", "Fire rating in minutes", unit="min"),
        boolean("is_external", "外围构件", "External"),
        boolean("load_bearing", "承重", "Load bearing"),
        real("volume_m3", "体积", "Volume", unit="m³"),
        real("area_m2", "表面积", "Surface area", unit="m²"),
        text("shape_quality", "几何质量", "Shape quality"),
    ),
)

OPENING = Collection(
    name="opening",
    zh="门窗洞口",
    en="Doors, windows and openings",
    group="building",
    geometry="MultiPolygon",
    min_zoom=18,
    max_zoom=18,
    columns=(
        *_IFC,
        real("width_m", "宽", "Width", unit="m", within=(0, 1000)),
        real("height_m", "高", "Height", unit="m", within=HEIGHT_M),
        text("fire_rating", "耐火极限", "Fire rating"),
        real("fire_rating_min", "耐火时间", "Fire rating in minutes", unit="min"),
        boolean("fire_exit", "疏散出口", "Fire exit"),
        boolean("is_external", "外围构件", "External"),
    ),
)

EQUIPMENT = Collection(
    name="equipment",
    zh="设备设施",
    en="Equipment",
    group="fire",
    geometry="Point",
    min_zoom=17,
    max_zoom=18,
    searched=("name",),
    weight=0.4,
    columns=(
        *_IFC,
        text("kind", "设备类别", "Kind", code_list="equipment", tile=True),
        text("device_id", "设备编号", "Device id", tile=True),
        text("system", "系统", "System"),
        text("state", "状态", "State"),
        text("evidence", "判定依据", "Evidence"),
        real("kind_confidence", "判定可信度", "Confidence of the kind", within=(0, 1)),
    ),
)

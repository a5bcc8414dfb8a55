"""Devices that measure and watch."""

from __future__ import annotations

from twin.catalogue.columns import HEIGHT_M, date, integer, json, real, text
from twin.model.collection import Collection

SENSOR = Collection(
    name="sensor",
    zh="传感器",
    en="Sensors",
    group="live",
    geometry="Point",
    min_zoom=13,
    searched=("code", "name_zh", "name_en"),
    weight=0.6,
    columns=(
        text("code", "设备编号", "Device id", tile=True),
        text("name_zh", "名称", "Chinese name", tile=True),
        text("name_en", "英文名称", "English name", tile=True),
        text("type", "类型", "Type", code_list="device_type", tile=True),
        text("building_code", "建筑编码", "Building code"),
        text("host_space", "所在房间", "Host space (IFC GlobalId)"),
        text("unit", "单位", "Unit of measurement", tile=True),
        integer("period_s", "上报周期", "Reporting period", unit="s"),
        real("attention", "预警限值", "Attention limit"),
        real("alarm", "报警限值", "Alarm limit"),
        text("direction", "越限方向", "Direction"),
        real("height_m", "安装高度", "Height above ground", unit="m", within=HEIGHT_M),
        date("installed", "安装日期", "Installed"),
    ),
)

CAMERA = Collection(
    name="camera",
    zh="摄像机",
    en="Cameras",
    group="live",
    geometry="Point",
    min_zoom=15,
    access="operations",
    columns=(
        text("code", "编号", "Id"),
        text("pole_code", "杆件编号", "Pole"),
        real("azimuth_deg", "方位角", "Azimuth", unit="°"),
        real("view_deg", "视场角", "Field of view", unit="°"),
    ),
)

POLE = Collection(
    name="pole",
    zh="智慧杆",
    en="Smart poles",
    group="live",
    geometry="Point",
    min_zoom=15,
    searched=("code",),
    columns=(
        text("code", "编号", "Id", tile=True),
        text("road", "道路", "Road"),
        json("devices", "挂载设备", "Mounted devices"),
        real("height_m", "高度", "Height", unit="m", within=HEIGHT_M),
    ),
)

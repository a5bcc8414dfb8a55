"""Pipes, cables and what stands on them."""

from __future__ import annotations

from twin.catalogue.columns import COUNT, LEVEL_M, YEAR, date, integer, real, text
from twin.model.collection import Collection

UTILITY_LINE = Collection(
    name="utility_line",
    zh="管线",
    en="Utility lines",
    group="utility",
    geometry="MultiLineStringZ",
    min_zoom=13,
    searched=("code",),
    columns=(
        text("code", "管段编号", "Segment id", tile=True),
        text("kind", "类别", "Kind", code_list="pipe", tile=True),
        integer("dn_mm", "公称直径", "Nominal diameter", unit="mm", tile=True),
        text("material", "材质", "Material"),
        real("z_start_m", "起点高程", "Start elevation", unit="m", within=LEVEL_M),
        real("z_end_m", "终点高程", "End elevation", unit="m", within=LEVEL_M),
        real("depth_m", "埋深", "Cover depth", unit="m", tile=True, within=(-1000, 1000)),
        integer("year", "敷设年份", "Year laid", within=YEAR),
        text("owner", "权属单位", "Owner"),
        text("pressure_class", "压力等级", "Pressure class"),
        integer("condition", "状况评级", "Condition 1-5", within=(1, 5)),
        text("status", "使用状态", "Status"),
        text("from_node", "起点", "From node"),
        text("to_node", "终点", "To node"),
    ),
)

UTILITY_NODE = Collection(
    name="utility_node",
    zh="管点与井",
    en="Utility nodes",
    group="utility",
    geometry="Point",
    min_zoom=15,
    searched=("code",),
    columns=(
        text("code", "编号", "Id", tile=True),
        text("kind", "管线类别", "Network", code_list="pipe", tile=True),
        text("node_type", "类型", "Node type", tile=True),
        text("cover", "井盖", "Cover"),
        real("depth_m", "深度", "Depth", unit="m", within=(-1000, 1000)),
        text("device_id", "设备编号", "Device id"),
        integer("year", "年份", "Year", within=YEAR),
        text("status", "使用状态", "Status"),
    ),
)

HYDRANT = Collection(
    name="hydrant",
    zh="消火栓",
    en="Hydrants",
    group="fire",
    geometry="Point",
    min_zoom=14,
    searched=("code", "road"),
    weight=0.6,
    columns=(
        text("code", "编号", "Id", tile=True),
        text("kind", "型式", "Kind", tile=True),
        integer("outlets", "出水口数", "Outlets", within=COUNT),
        integer("dn_mm", "公称直径", "Nominal diameter", unit="mm"),
        real("flow_lps", "流量", "Flow", unit="L/s", tile=True),
        real("pressure_mpa", "静压", "Static pressure", unit="MPa", tile=True),
        text("state", "状态", "State", code_list="hydrant_state", tile=True),
        text("road", "道路", "Road"),
        text("main_code", "供水管段", "Water main"),
        date("checked_on", "核查日期", "Checked on"),
    ),
)

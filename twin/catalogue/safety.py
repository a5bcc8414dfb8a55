"""Stations, hazards, incidents and alerts."""

from __future__ import annotations

from twin.catalogue.columns import COUNT, integer, json, real, text, timestamp
from twin.model.collection import Collection

FIRE_STATION = Collection(
    name="fire_station",
    zh="消防站",
    en="Fire stations",
    group="fire",
    geometry="Point",
    min_zoom=11,
    searched=("name_zh", "name_en"),
    weight=0.95,
    columns=(
        text("code", "编号", "Id"),
        text("name_zh", "名称", "Chinese name", tile=True),
        text("name_en", "英文名称", "English name", tile=True),
        text("kind", "类别", "Kind", tile=True),
        integer("crew", "人数", "Crew", within=COUNT),
        json("vehicles", "车辆", "Vehicles"),
    ),
)

HAZARD = Collection(
    name="hazard",
    zh="风险隐患",
    en="Hazards",
    group="fire",
    geometry="Geometry",
    min_zoom=12,
    searched=("name_zh", "name_en"),
    weight=0.7,
    columns=(
        text("code", "编号", "Id"),
        text("name_zh", "名称", "Chinese name", tile=True),
        text("name_en", "英文名称", "English name", tile=True),
        text("kind", "类别", "Kind", tile=True),
        text("level", "等级", "Level", tile=True),
        text("building_code", "建筑编码", "Building code"),
        json("substances", "物质", "Substances"),
    ),
)

INCIDENT = Collection(
    name="incident",
    zh="事件",
    en="Incidents",
    group="live",
    geometry="Point",
    min_zoom=8,
    max_zoom=16,
    searched=("title",),
    weight=0.7,
    columns=(
        text("code", "事件编号", "Incident number", tile=True),
        text("type", "类型", "Type", code_list="incident", tile=True),
        integer("level", "等级", "Level", code_list="incident_level", tile=True),
        text("title", "标题", "Title", tile=True),
        text("status", "状态", "Status", code_list="incident_status", tile=True),
        text("reported_by", "来源", "Reported by"),
        text("building_code", "建筑编码", "Building code"),
        text("unit_code", "房屋编码", "Unit code"),
        text("address", "地址", "Address"),
        timestamp("reported_at", "接报时间", "Reported at", tile=True),
        timestamp("dispatched_at", "调派时间", "Dispatched at"),
        timestamp("arrived_at", "到场时间", "Arrived at"),
        timestamp("closed_at", "办结时间", "Closed at"),
        text("commander_role", "指挥岗位", "Commander role"),
    ),
)

ALERT = Collection(
    name="alert",
    zh="预警",
    en="Alerts",
    group="live",
    geometry="MultiPolygon",
    min_zoom=6,
    searched=("headline",),
    columns=(
        text("identifier", "预警编号", "Identifier"),
        text("event", "事件", "Event", tile=True),
        text("severity", "严重程度", "Severity", tile=True),
        text("headline", "标题", "Headline", tile=True),
        timestamp("onset", "开始", "Onset"),
        timestamp("expires", "失效", "Expires", tile=True),
        real("altitude_m", "高度", "Altitude", unit="m", within=(-1000, 100_000)),
    ),
)

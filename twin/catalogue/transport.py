"""Streets, rails, bridges and tunnels."""

from __future__ import annotations

from twin.catalogue.columns import COUNT, boolean, integer, real, text
from twin.model.collection import Collection

_NAMES = (
    text("name_zh", "名称", "Chinese name", tile=True),
    text("name_en", "英文名称", "English name", tile=True),
)

ROAD = Collection(
    name="road",
    zh="道路",
    en="Roads",
    group="transport",
    geometry="MultiLineString",
    min_zoom=9,
    searched=("name_zh", "name_en"),
    weight=0.85,
    columns=(
        text("code", "路段编码", "Segment code"),
        *_NAMES,
        text("class", "等级", "Class", code_list="road_class", tile=True),
        integer("lanes", "车道数", "Lanes", within=COUNT),
        boolean("oneway", "单行", "One way"),
        real("width_m", "宽度", "Width", unit="m", tile=True, within=(0, 1000)),
        boolean("fire_access", "消防车可通行", "Fire engine access", tile=True),
        text("name_source", "名称来源", "Name source"),
    ),
)

RAIL = Collection(
    name="rail",
    zh="轨道",
    en="Rail",
    group="transport",
    geometry="MultiLineString",
    min_zoom=9,
    searched=("name_zh", "name_en"),
    weight=0.75,
    columns=(
        *_NAMES,
        text("kind", "类别", "Kind", tile=True),
        boolean("underground", "地下", "Underground", tile=True),
    ),
)

BRIDGE = Collection(
    name="bridge",
    zh="桥梁",
    en="Bridges",
    group="transport",
    geometry="MultiPolygon",
    min_zoom=13,
    searched=("name_zh", "name_en"),
    columns=(
        *_NAMES,
        text("kind", "类别", "Kind", tile=True),
        real("clearance_m", "净空", "Clearance", unit="m", within=(0, 1000)),
    ),
)

TUNNEL = Collection(
    name="tunnel",
    zh="隧道",
    en="Tunnels",
    group="transport",
    geometry="MultiPolygon",
    min_zoom=13,
    searched=("name_zh", "name_en"),
    columns=(*_NAMES, text("kind", "类别", "Kind", tile=True)),
)

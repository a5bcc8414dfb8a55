"""Dwellings, industry space and the firms in them."""

from __future__ import annotations

from twin.catalogue.columns import COUNT, boolean, date, integer, real, text
from twin.model.collection import Collection

UNIT = Collection(
    name="unit",
    zh="房屋",
    en="Units",
    group="housing",
    geometry=None,
    searched=("code",),
    weight=0.6,
    columns=(
        text("code", "房屋编码", "Unit code"),
        text("building_code", "建筑编码", "Building code"),
        text("room", "室号", "Room"),
        text("kind", "类别", "Kind", code_list="use"),
        real("area_m2", "面积", "Area", unit="m²"),
        text("layout", "户型", "Layout"),
        text("tenure", "产权性质", "Tenure", code_list="tenure"),
        text("occupancy", "使用状态", "Occupancy", code_list="occupancy", access="housing"),
        date("vacant_since", "空置起始", "Vacant since", access="housing"),
        text("lease_no", "租赁备案号", "Lease number", access="housing"),
        date("lease_start", "租期开始", "Lease start", access="housing"),
        date("lease_end", "租期结束", "Lease end", access="housing"),
        real("rent_cny_m2", "租金", "Rent", unit="元/m²·月", access="housing"),
        text("owner_token", "权利人代号", "Owner token", access="housing"),
        integer("persons", "登记人数", "Registered persons", access="housing", within=COUNT),
        date("checked_on", "核查日期", "Checked on"),
    ),
)

ENTERPRISE = Collection(
    name="enterprise",
    zh="企业",
    en="Enterprises",
    group="housing",
    geometry=None,
    searched=("name",),
    weight=0.6,
    columns=(
        text("code", "企业编号", "Enterprise id"),
        text("name", "名称", "Name"),
        text("section", "行业门类", "Industry section", code_list="industry"),
        integer("staff", "从业人数", "Staff", within=COUNT),
        text("unit_code", "房屋编码", "Unit code"),
        text("building_code", "建筑编码", "Building code"),
        boolean("hazard", "涉危险品", "Hazardous"),
        date("opened", "成立日期", "Opened"),
    ),
)

"""What a model knows beyond its objects: how rooms connect, what feeds what, and what was before."""

from __future__ import annotations

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP

from twin.database.tables.validity import CURRENT, validity_columns


def _model() -> Column[int]:
    return Column(
        "model_id",
        BigInteger,
        ForeignKey("twin.model.id", ondelete="CASCADE"),
        nullable=False,
        comment="模型 / twin.model.id",
    )


def _load() -> Column[int]:
    return Column("load_id", BigInteger, comment="装载批次 / load that wrote it")


def _order(table: str) -> CheckConstraint:
    return CheckConstraint("valid_to >= valid_from", name=f"{table}_valid_order")


def declare(meta: MetaData) -> None:
    """Add the tables to `meta`."""
    Table(
        "space_edge",
        meta,
        Column("id", BigInteger, Identity(), primary_key=True, comment="编号 / edge"),
        _model(),
        Column(
            "kind",
            Text,
            nullable=False,
            comment="类别 / door, opening, open, stair, ramp, escalator, lift, exit, outside",
        ),
        Column("a_id", BigInteger, nullable=False, comment="房间 / space (city.feature.id)"),
        Column("b_id", BigInteger, comment="相邻房间 / the other space; null: outside the building"),
        Column(
            "via_id",
            BigInteger,
            comment="经由 / door, opening, stair or lift (city.feature.id); null: an open side",
        ),
        Column("floor_no", Integer, comment="层号 / floor of the first space"),
        Column("width_m", Double, comment="净宽 / width [m]; null: unknown"),
        Column(
            "length_a_m",
            Double,
            nullable=False,
            comment="长度甲 / from the middle of the first space to the passage, in plan [m]",
        ),
        Column(
            "length_b_m",
            Double,
            comment="长度乙 / from the passage to the middle of the other space, in plan [m]",
        ),
        Column("run_m", Double, comment="梯段长度 / way along the flights of a stair [m]; null: not a stair"),
        Column(
            "at_m",
            ARRAY(Double),
            nullable=False,
            comment="位置 / middle of the passage: east, north, up in the storage CRS; model metres where the model has no place",
        ),
        Column(
            "evidence", Text, nullable=False, comment="依据 / what it was read from: space-boundary, geometry"
        ),
        *validity_columns(),
        _load(),
        _order("space_edge"),
        Index("space_edge_current", "a_id", postgresql_where=text(CURRENT)),
        Index("space_edge_versions", "a_id", "valid_from"),
        Index("space_edge_b", "b_id"),
        Index("space_edge_model", "model_id"),
        schema="twin",
        comment="房间连通 / which rooms connect, by what; every version of each edge",
    )
    Table(
        "flow_edge",
        meta,
        Column("id", BigInteger, Identity(), primary_key=True, comment="编号 / edge"),
        _model(),
        Column("from_id", BigInteger, nullable=False, comment="构件 / element (city.feature.id)"),
        Column(
            "to_id",
            BigInteger,
            nullable=False,
            comment="相连构件 / element it is joined to (city.feature.id)",
        ),
        *validity_columns(),
        _load(),
        _order("flow_edge"),
        Index(
            "flow_edge_current", "model_id", "from_id", "to_id", unique=True, postgresql_where=text(CURRENT)
        ),
        Index("flow_edge_from", "from_id"),
        Index("flow_edge_to", "to_id"),
        schema="twin",
        comment="管线连接 / which elements are joined by their ports; every version",
    )
    Table(
        "model_group",
        meta,
        Column("id", BigInteger, Identity(), primary_key=True, comment="编号 / group"),
        _model(),
        Column("global_id", Text, nullable=False, comment="GlobalId / IFC GlobalId"),
        Column(
            "ifc_class",
            Text,
            nullable=False,
            comment="IFC 类 / IfcSystem, IfcDistributionSystem, IfcZone, IfcSpatialZone",
        ),
        Column("predefined_type", Text, comment="预定义类型 / PredefinedType"),
        Column("name", Text, comment="名称 / name"),
        Column(
            "members", ARRAY(Text), nullable=False, server_default=text("'{}'"), comment="成员 / GlobalIds"
        ),
        *validity_columns(),
        _load(),
        _order("model_group"),
        Index("model_group_current", "model_id", "global_id", unique=True, postgresql_where=text(CURRENT)),
        Index("model_group_versions", "model_id", "valid_from"),
        schema="twin",
        comment="系统与分区 / systems and zones of a model; every version",
    )
    Table(
        "model_past",
        meta,
        Column(
            "model_id",
            BigInteger,
            ForeignKey("twin.model.id", ondelete="CASCADE"),
            primary_key=True,
            comment="模型 / twin.model.id",
        ),
        Column(
            "load_id",
            BigInteger,
            primary_key=True,
            autoincrement=False,
            comment="装载批次 / load that left this version",
        ),
        Column("name", Text, comment="名称 / name"),
        Column("schema", Text, nullable=False, comment="IFC 版本 / IFC schema"),
        Column("placement", Text, nullable=False, comment="定位方式 / as in twin.model"),
        Column("approximate", Boolean, nullable=False, comment="近似定位 / as in twin.model"),
        Column("tree", JSONB, comment="结构树 / as in twin.model"),
        schema="twin",
        comment="模型历史 / what earlier files said of a model as a whole",
    )
    Table(
        "placement_past",
        meta,
        Column("id", BigInteger, Identity(), primary_key=True, comment="编号 / row"),
        Column("feature_id", BigInteger, nullable=False, comment="构件 / city.feature.id"),
        Column("part", Integer, nullable=False, comment="部分 / running number of the part"),
        _model(),
        Column(
            "mesh_id", BigInteger, ForeignKey("twin.mesh.id"), nullable=False, comment="三角网 / twin.mesh.id"
        ),
        Column(
            "matrix", ARRAY(Double), nullable=False, comment="变换矩阵 / 4x4 row-major: mesh -> model metres"
        ),
        Column("load_id", BigInteger, comment="装载批次 / load that wrote it"),
        Column("until_load_id", BigInteger, nullable=False, comment="被替换批次 / load that replaced it"),
        Column(
            "until", TIMESTAMP(timezone=True), nullable=False, comment="被替换时间 / when it was replaced"
        ),
        Index("placement_past_model", "model_id", "feature_id"),
        schema="twin",
        comment="构件安放历史 / placements of earlier versions of a model",
    )
    Table(
        "property_set_past",
        meta,
        Column("id", BigInteger, Identity(), primary_key=True, comment="编号 / row"),
        _model(),
        Column("feature_id", BigInteger, nullable=False, comment="对象编号 / city.feature.id"),
        Column(
            "sets",
            JSONB,
            nullable=False,
            comment="内容 / psets, quantities, materials, classification, SI units",
        ),
        Column("load_id", BigInteger, comment="装载批次 / load that wrote it"),
        Column("until_load_id", BigInteger, nullable=False, comment="被替换批次 / load that replaced it"),
        Column(
            "until", TIMESTAMP(timezone=True), nullable=False, comment="被替换时间 / when it was replaced"
        ),
        Index("property_set_past_model", "model_id", "feature_id"),
        schema="twin",
        comment="属性集历史 / property sets of earlier versions of a model",
    )

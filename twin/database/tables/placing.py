"""Places proposed for building models, and what people decided about them."""

from __future__ import annotations

from geoalchemy2 import Geometry
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Identity,
    Index,
    MetaData,
    Table,
    Text,
)
from sqlalchemy import text as sql_text
from sqlalchemy.dialects.postgresql import TIMESTAMP


def declare(meta: MetaData, srid: int) -> None:
    """Add the table to `meta`."""
    Table(
        "placing",
        meta,
        Column("id", BigInteger, Identity(), primary_key=True, comment="编号 / proposal"),
        Column("source", Text, nullable=False, comment="数据来源 / data set name of the model"),
        Column(
            "model_id",
            BigInteger,
            ForeignKey("twin.model.id", ondelete="CASCADE"),
            nullable=False,
            comment="模型 / twin.model.id",
        ),
        Column(
            "statement",
            Text,
            nullable=False,
            comment="定位陈述校验码 / hash of what the model said of its place; a decision holds for that only",
        ),
        Column(
            "problem",
            Text,
            nullable=False,
            comment="问题 / axes-swapped, unit, doubled, unstated, shifted, missing, mirrored, model-unit",
        ),
        Column("building_id", BigInteger, nullable=False, comment="建筑 / city building it would stand on"),
        Column(
            "matrix",
            ARRAY(Double),
            nullable=False,
            comment="变换矩阵 / 4x4 row-major: model metres -> storage CRS",
        ),
        Column(
            "residual_m", Double, nullable=False, comment="残差 m / RMS distance between the two outlines"
        ),
        Column("overlap", Double, nullable=False, comment="重合度 / common area by area of both, 0 to 1"),
        Column(
            "rotation_deg",
            Double,
            nullable=False,
            comment="旋转角 ° / model x axis from east, counter-clockwise",
        ),
        Column("shift_m", Double, comment="移动距离 m / from the stated place; null: none was stated"),
        Column(
            "ambiguous", Boolean, nullable=False, comment="有歧义 / another place or way round fits as well"
        ),
        Column(
            "footprint",
            Geometry("MULTIPOLYGON", srid=srid, spatial_index=False),
            nullable=False,
            comment="建议轮廓 / outline as proposed, storage CRS",
        ),
        Column(
            "stated_footprint",
            Geometry("MULTIPOLYGON", srid=srid, spatial_index=False),
            comment="原轮廓 / outline as stated, storage CRS; null: no place was stated",
        ),
        Column(
            "proposed_at",
            TIMESTAMP(timezone=True),
            nullable=False,
            server_default=sql_text("now()"),
            comment="提出时间 / when",
        ),
        Column("decision", Text, comment="决定 / accepted or rejected; null: open"),
        Column("decided_by", Text, comment="决定人 / who"),
        Column("decided_at", TIMESTAMP(timezone=True), comment="决定时间 / when"),
        Column("note", Text, comment="说明 / why"),
        Column("load_id", BigInteger, comment="装载批次 / version of the model it was proposed for"),
        Column(
            "withdrawn_at",
            TIMESTAMP(timezone=True),
            comment="撤销时间 / when an accepted place was taken back",
        ),
        Column("withdrawn_by", Text, comment="撤销人 / who took it back"),
        Column("withdrawn_note", Text, comment="撤销说明 / why it was taken back"),
        Index("placing_source", "source"),
        schema="twin",
        comment="模型定位建议 / proposed places of building models and what was decided",
    )

"""How a building model came out of its checks: one row for each of its files, and what was found in it."""

from __future__ import annotations

from geoalchemy2 import Geometry
from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP


def declare(meta: MetaData, srid: int) -> None:
    """Add the tables to `meta`."""
    Table(
        "model_check",
        meta,
        Column(
            "model_id",
            BigInteger,
            ForeignKey("twin.model.id", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
            comment="模型 / twin.model.id",
        ),
        Column("file_name", Text, nullable=False, comment="文件名 / file that was checked"),
        Column(
            "file_sha256", Text, primary_key=True, comment="文件校验码 / SHA-256 of that file, hexadecimal"
        ),
        Column("checked_at", TIMESTAMP(timezone=True), nullable=False, comment="检查时间 / when"),
        Column("answer", Text, nullable=False, comment="结论 / pass, fail or unknown"),
        Column(
            "rules",
            JSONB,
            nullable=False,
            comment="规则 / how each rule came out: counts, limit with its source, why it could not decide",
        ),
        Column("about", JSONB, nullable=False, comment="说明 / schema, project, notes and durations"),
        schema="twin",
        comment="模型检查 / the newest check of each file of a building model",
    )
    Table(
        "model_finding",
        meta,
        Column("model_id", BigInteger, primary_key=True, comment="模型 / twin.model.id"),
        Column("seq", Integer, primary_key=True, comment="序号 / running number in the check"),
        Column("rule", Text, nullable=False, comment="规则 / id of the rule"),
        Column("answer", Text, nullable=False, comment="结论 / fail or unknown"),
        Column("severity", Text, nullable=False, comment="程度 / error, warning or info"),
        Column("global_id", Text, comment="GlobalId / IFC GlobalId; null: about no single object"),
        Column(
            "feature_id",
            BigInteger,
            ForeignKey("city.feature.id"),
            comment="对象编号 / city.feature.id; null: the city does not know the object",
        ),
        Column("ifc_class", Text, comment="IFC 类 / IFC class"),
        Column("name", Text, comment="名称 / name of the object"),
        Column("storey", Text, comment="楼层名 / storey"),
        Column("floor_no", Integer, comment="楼层号 / floor address; there is no 0"),
        Column("message", JSONB, nullable=False, comment="问题 / what is wrong, zh and en"),
        Column("expected", Text, comment="应为 / what was expected"),
        Column("found", Text, comment="实为 / what was found"),
        Column("remedy", JSONB, nullable=False, comment="处理 / what to do, zh and en"),
        Column("point_m", JSONB, comment="模型坐标 / point on the object in the model's own world [m, m, m]"),
        Column(
            "point",
            Geometry("POINTZ", srid=srid, dimension=3, spatial_index=False),
            comment="位置 / the same point in the storage CRS; null: the model has no place",
        ),
        Column("file_sha256", Text, primary_key=True, comment="文件校验码 / of the file that was checked"),
        ForeignKeyConstraint(
            ["model_id", "file_sha256"],
            ["twin.model_check.model_id", "twin.model_check.file_sha256"],
            ondelete="CASCADE",
        ),
        Index("model_finding_feature", "feature_id"),
        schema="twin",
        comment="检查发现 / what a check found: objects that fail a rule, or on which it cannot decide",
    )

"""One search document a feature."""

from __future__ import annotations

from geoalchemy2 import Geometry
from sqlalchemy import (
    ARRAY,
    REAL,
    BigInteger,
    Column,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    text,
)


def declare(meta: MetaData, srid: int) -> None:
    """Add the table to `meta`."""
    Table(
        "search_document",
        meta,
        Column(
            "feature_id",
            BigInteger,
            primary_key=True,
            comment="对象编号 / city.feature.id; derived, so no foreign key to check",
        ),
        Column("collection", Text, nullable=False, comment="图层 / collection"),
        Column("label_zh", Text, comment="中文标题 / title of a hit"),
        Column("label_en", Text, comment="英文标题 / title in English"),
        Column("detail", Text, comment="第二行 / second line of a hit: address, building"),
        Column(
            "codes", ARRAY(Text), nullable=False, server_default=text("'{}'"), comment="编码 / folded codes"
        ),
        Column(
            "names",
            ARRAY(Text),
            nullable=False,
            server_default=text("'{}'"),
            comment="名称 / folded full names",
        ),
        Column(
            "bigrams",
            ARRAY(Text),
            nullable=False,
            server_default=text("'{}'"),
            comment="二元组 / of the simplified form",
        ),
        Column(
            "pinyin",
            ARRAY(Text),
            nullable=False,
            server_default=text("'{}'"),
            comment="拼音 / of whole names",
        ),
        Column(
            "initials",
            ARRAY(Text),
            nullable=False,
            server_default=text("'{}'"),
            comment="拼音首字母 / of the pinyin",
        ),
        Column("building_id", BigInteger, comment="所在建筑 / building (city.feature.id)"),
        Column("floor_no", Integer, comment="层号 / floor"),
        Column(
            "point",
            Geometry("POINT", srid=srid, spatial_index=False),
            comment="位置 / place of a hit in the storage CRS",
        ),
        Column(
            "weight",
            REAL,
            nullable=False,
            server_default=text("1"),
            comment="权重 / how much a hit of this layer counts, 0 to 1",
        ),
        Index("search_document_bigrams", "bigrams", postgresql_using="gin"),
        schema="twin",
        comment="检索文档 / what a search looks at",
    )
    Table(
        "hanzi",
        meta,
        Column(
            "chars",
            Text,
            primary_key=True,
            comment="字词 / one character, or two that are read otherwise together",
        ),
        Column("simplified", Text, nullable=False, comment="简体 / simplified form"),
        Column("pinyin", Text, nullable=False, comment="拼音 / of the first character, without tone"),
        Column("pinyin_2", Text, comment="次字拼音 / of the second character of a word of two"),
        schema="twin",
        comment="汉字 / simplified form and reading, filled at migration",
    )
    Table(
        "search_code",
        meta,
        Column(
            "feature_id",
            BigInteger,
            primary_key=True,
            comment="对象编号 / city.feature.id; derived, so no foreign key to check",
        ),
        Column(
            "code",
            Text,
            primary_key=True,
            comment="前缀 / folded code, name, pinyin or initials, found by prefix",
        ),
        Column("kind", Text, primary_key=True, comment="类别 / code, name, pinyin, initials"),
        Index("search_code_prefix", "code", postgresql_ops={"code": "text_pattern_ops"}),
        schema="twin",
        comment="检索前缀 / everything that is found by its beginning",
    )

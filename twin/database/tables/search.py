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
            comment="city.feature.id; derived, so no foreign key to check",
        ),
        Column("collection", Text, nullable=False),
        Column("label_zh", Text),
        Column("label_en", Text),
        Column("detail", Text, comment="second line of a hit: address, building"),
        Column("codes", ARRAY(Text), nullable=False, server_default=text("'{}'"), comment="folded codes"),
        Column(
            "names", ARRAY(Text), nullable=False, server_default=text("'{}'"), comment="folded full names"
        ),
        Column(
            "bigrams",
            ARRAY(Text),
            nullable=False,
            server_default=text("'{}'"),
            comment="of the simplified form",
        ),
        Column("pinyin", ARRAY(Text), nullable=False, server_default=text("'{}'"), comment="of whole names"),
        Column("initials", ARRAY(Text), nullable=False, server_default=text("'{}'"), comment="of the pinyin"),
        Column("building_id", BigInteger),
        Column("floor_no", Integer),
        Column("point", Geometry("POINT", srid=srid, spatial_index=False)),
        Column("weight", REAL, nullable=False, server_default=text("1")),
        Index("search_document_bigrams", "bigrams", postgresql_using="gin"),
        schema="twin",
        comment="what a search looks at",
    )
    Table(
        "hanzi",
        meta,
        Column(
            "chars", Text, primary_key=True, comment="one character, or two that are read otherwise together"
        ),
        Column("simplified", Text, nullable=False),
        Column("pinyin", Text, nullable=False, comment="of the first character, without tone"),
        Column("pinyin_2", Text, comment="of the second character of a word of two"),
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
            comment="city.feature.id; derived, so no foreign key to check",
        ),
        Column(
            "code", Text, primary_key=True, comment="folded code, name, pinyin or initials, found by prefix"
        ),
        Column("kind", Text, primary_key=True, comment="code, name, pinyin, initials"),
        Index("search_code_prefix", "code", postgresql_ops={"code": "text_pattern_ops"}),
        schema="twin",
        comment="everything that is found by its beginning",
    )

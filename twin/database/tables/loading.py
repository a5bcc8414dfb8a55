"""Where rows come from: loads, rejections, code lists; and the touch log."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
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
from sqlalchemy.types import UserDefinedType


class Xid8(UserDefinedType[str]):
    """PostgreSQL's 64-bit transaction id: the clock of everything that is polled."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        """Name of the type in DDL."""
        return "xid8"


def declare(meta: MetaData) -> None:
    """Add the tables to `meta`."""
    Table(
        "about",
        meta,
        Column("key", Text, primary_key=True),
        Column("value", Text, nullable=False),
        schema="twin",
        comment="storage_srid, vertical_srid and other facts stamped at initialisation",
    )
    Table(
        "load",
        meta,
        Column("id", BigInteger, Identity(), primary_key=True),
        Column("source", Text, nullable=False, comment="stable name of the data set"),
        Column("file_name", Text, nullable=False),
        Column("file_sha256", Text, nullable=False),
        Column("settings_hash", Text, nullable=False, server_default=text("''")),
        Column("format", Text, nullable=False),
        Column("crs", Text, nullable=False),
        Column("mode", Text, nullable=False),
        Column("source_date", Date, comment="date the data describe; null: not stated"),
        Column("licence", Text),
        Column("status", Text, nullable=False, comment="running, done, unchanged, partial, failed"),
        Column(
            "started_at", TIMESTAMP(timezone=True), nullable=False, server_default=text("clock_timestamp()")
        ),
        Column("finished_at", TIMESTAMP(timezone=True)),
        Column("seconds", Double),
        Column("counts", JSONB, nullable=False, server_default=text("'{}'")),
        Column("warnings", JSONB, nullable=False, server_default=text("'[]'")),
        Column("georeference", JSONB, nullable=False, server_default=text("'{}'")),
        Column("software", JSONB, nullable=False, server_default=text("'{}'")),
        Column("actor", Text),
        Index("load_source", "source", "id"),
        schema="twin",
        comment="装载记录 / one row per loading of a file",
    )
    Table(
        "rejection",
        meta,
        Column("load_id", BigInteger, ForeignKey("twin.load.id", ondelete="CASCADE"), primary_key=True),
        Column("seq", Integer, primary_key=True),
        Column("code", Text, nullable=False),
        Column("source_key", Text, nullable=False),
        Column("message", Text, nullable=False),
        schema="twin",
        comment="未装载对象 / objects of a source that were refused, and why",
    )
    Table(
        "code",
        meta,
        Column("list", Text, primary_key=True),
        Column("code", Text, primary_key=True),
        Column("zh", Text, nullable=False),
        Column("en", Text, nullable=False),
        Column("colour", Text),
        Column("icon", Text),
        Column("deprecated", Boolean, nullable=False, server_default=text("false")),
        Column("rank", Integer, nullable=False, server_default=text("0")),
        schema="twin",
        comment="代码表 / code lists",
    )
    Table(
        "touch",
        meta,
        Column("collection", Text, nullable=False),
        Column("cell_e", Integer, comment="floor(easting / 1000 m); null: no place of its own"),
        Column("cell_n", Integer, comment="floor(northing / 1000 m)"),
        Column("xid", Xid8(), nullable=False, server_default=text("pg_current_xact_id()")),
        Index("touch_xid", "xid"),
        schema="twin",
        comment="append-only log of what changed where; tiles are valid against it",
    )

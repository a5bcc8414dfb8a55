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
        Column("key", Text, primary_key=True, comment="名称 / name of the fact"),
        Column("value", Text, nullable=False, comment="取值 / its value"),
        schema="twin",
        comment="基本设定 / storage_srid, vertical_srid and other facts stamped at initialisation",
    )
    Table(
        "load",
        meta,
        Column("id", BigInteger, Identity(), primary_key=True, comment="批次编号 / load"),
        Column("source", Text, nullable=False, comment="数据来源 / stable name of the data set"),
        Column("file_name", Text, nullable=False, comment="文件名 / file"),
        Column("file_sha256", Text, nullable=False, comment="文件校验码 / SHA-256 of the file, hexadecimal"),
        Column(
            "settings_hash",
            Text,
            nullable=False,
            server_default=text("''"),
            comment="设定校验码 / hash of the mapping and the options",
        ),
        Column("format", Text, nullable=False, comment="格式 / format"),
        Column("crs", Text, nullable=False, comment="坐标系 / CRS the file stated"),
        Column("mode", Text, nullable=False, comment="方式 / upsert or replace"),
        Column("source_date", Date, comment="数据日期 / date the data describe; null: not stated"),
        Column("licence", Text, comment="许可 / licence; null: not stated"),
        Column("status", Text, nullable=False, comment="状态 / running, done, unchanged, partial, failed"),
        Column(
            "started_at",
            TIMESTAMP(timezone=True),
            nullable=False,
            server_default=text("clock_timestamp()"),
            comment="开始时间 / start",
        ),
        Column("finished_at", TIMESTAMP(timezone=True), comment="结束时间 / end; null: still running"),
        Column("seconds", Double, comment="用时 / duration [s]"),
        Column(
            "counts",
            JSONB,
            nullable=False,
            server_default=text("'{}'"),
            comment="数量 / read, written, changed, unchanged, closed, rejected",
        ),
        Column(
            "warnings",
            JSONB,
            nullable=False,
            server_default=text("'[]'"),
            comment="提示 / what a person should look at",
        ),
        Column(
            "georeference",
            JSONB,
            nullable=False,
            server_default=text("'{}'"),
            comment="定位 / how the source was placed",
        ),
        Column(
            "software",
            JSONB,
            nullable=False,
            server_default=text("'{}'"),
            comment="软件版本 / versions that read the file",
        ),
        Column("actor", Text, comment="操作人 / who loaded it"),
        Index("load_source", "source", "id"),
        schema="twin",
        comment="装载记录 / one row per loading of a file",
    )
    Table(
        "rejection",
        meta,
        Column(
            "load_id",
            BigInteger,
            ForeignKey("twin.load.id", ondelete="CASCADE"),
            primary_key=True,
            comment="装载批次 / twin.load.id",
        ),
        Column("seq", Integer, primary_key=True, comment="序号 / running number in the load"),
        Column("code", Text, nullable=False, comment="原因代码 / stable code of the reason"),
        Column("source_key", Text, nullable=False, comment="来源主键 / key in the source"),
        Column("message", Text, nullable=False, comment="说明 / what is wrong and what to do"),
        schema="twin",
        comment="未装载对象 / objects of a source that were refused, and why",
    )
    Table(
        "code",
        meta,
        Column("list", Text, primary_key=True, comment="代码表名 / list"),
        Column("code", Text, primary_key=True, comment="代码 / code"),
        Column("zh", Text, nullable=False, comment="中文 / Chinese"),
        Column("en", Text, nullable=False, comment="英文 / English"),
        Column("colour", Text, comment="颜色 / colour on the map, #rrggbb"),
        Column("icon", Text, comment="图标 / icon"),
        Column(
            "deprecated",
            Boolean,
            nullable=False,
            server_default=text("false"),
            comment="已停用 / left the list; old rows may still use it",
        ),
        Column("rank", Integer, nullable=False, server_default=text("0"), comment="次序 / order in the list"),
        schema="twin",
        comment="代码表 / code lists",
    )
    Table(
        "touch",
        meta,
        Column("collection", Text, nullable=False, comment="图层 / collection"),
        Column(
            "cell_e",
            Integer,
            comment="网格东序 / floor(easting / 250 m); null: no place of its own, or too large for cells",
        ),
        Column("cell_n", Integer, comment="网格北序 / floor(northing / 250 m)"),
        Column(
            "xid",
            Xid8(),
            nullable=False,
            server_default=text("pg_current_xact_id()"),
            comment="事务号 / transaction that changed it",
        ),
        Index("touch_xid", "xid"),
        schema="twin",
        comment="变更网格日志 / append-only log of what changed where; tiles are valid against it",
    )

"""What moves: readings, alarms, the steps of incidents."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP

from twin.database.tables.loading import Xid8

_XID = "pg_current_xact_id()"


def declare(meta: MetaData) -> None:
    """Add the tables to `meta`."""
    Table(
        "datastream",
        meta,
        Column("id", BigInteger, Identity(), primary_key=True, comment="数据流编号 / datastream"),
        Column(
            "code",
            Text,
            nullable=False,
            unique=True,
            comment="设备编码 / what a message names: the device id",
        ),
        Column(
            "sensor_id",
            BigInteger,
            ForeignKey("city.feature.id"),
            nullable=False,
            comment="传感器 / city.feature.id",
        ),
        Column(
            "observed_property",
            Text,
            nullable=False,
            comment="观测量 / what is observed, code of list device_type",
        ),
        Column("unit", Text, comment="单位 / unit of results and limits"),
        Column("period_s", Integer, comment="周期 / expected interval; silent for 3 periods is stale [s]"),
        Column("attention", Double, comment="预警限值 / attention limit, in the unit"),
        Column("alarm", Double, comment="报警限值 / alarm limit, in the unit"),
        Column(
            "direction", Text, nullable=False, server_default=text("'above'"), comment="方向 / above or below"
        ),
        Column(
            "hysteresis",
            Double,
            comment="回差 / how far back beyond a limit a reading must be to leave it; null: 2 % of the limit",
        ),
        Column(
            "hold_s",
            Integer,
            nullable=False,
            server_default=text("0"),
            comment="持续时间 / how long a limit must be crossed [s]",
        ),
        Column(
            "active",
            Boolean,
            nullable=False,
            server_default=text("true"),
            comment="启用 / false: its sensor is gone, readings are refused",
        ),
        Index("datastream_sensor", "sensor_id"),
        schema="live",
        comment="数据流 / SensorThings Datastream: one series of one device",
    )
    Table(
        "observation",
        meta,
        Column("datastream_id", BigInteger, primary_key=True, comment="数据流 / live.datastream.id"),
        Column(
            "phenomenon_time", TIMESTAMP(timezone=True), primary_key=True, comment="观测时间 / when it was so"
        ),
        Column("result", Double, nullable=False, comment="结果 / in the datastream's unit"),
        Column(
            "quality",
            SmallInteger,
            nullable=False,
            server_default=text("0"),
            comment="质量 / 0 good, 1 doubtful, 2 bad",
        ),
        Column(
            "received_at",
            TIMESTAMP(timezone=True),
            nullable=False,
            server_default=text("now()"),
            comment="接收时间 / when it came in",
        ),
        schema="live",
        comment="读数 / readings, partitioned by day of phenomenon time",
        postgresql_partition_by="RANGE (phenomenon_time)",
    )
    Table(
        "datastream_latest",
        meta,
        Column(
            "datastream_id",
            BigInteger,
            ForeignKey("live.datastream.id"),
            primary_key=True,
            comment="数据流 / live.datastream.id",
        ),
        Column(
            "phenomenon_time", TIMESTAMP(timezone=True), nullable=False, comment="观测时间 / when it was so"
        ),
        Column("result", Double, nullable=False, comment="结果 / in the datastream's unit"),
        Column(
            "quality",
            SmallInteger,
            nullable=False,
            server_default=text("0"),
            comment="质量 / 0 good, 1 doubtful, 2 bad",
        ),
        Column("state", Text, nullable=False, comment="状态 / normal, attention, alarm, fault"),
        Column("state_since", TIMESTAMP(timezone=True), nullable=False, comment="状态起始 / since when"),
        Column(
            "xid",
            Xid8(),
            nullable=False,
            server_default=text(_XID),
            comment="事务号 / transaction that wrote it",
        ),
        Index("datastream_latest_xid", "xid"),
        schema="live",
        comment="最新读数 / newest reading of each datastream by phenomenon time",
        postgresql_with={"fillfactor": "70"},
    )
    Table(
        "quarantine",
        meta,
        Column("id", BigInteger, Identity(), primary_key=True, comment="编号 / refusal"),
        Column(
            "received_at",
            TIMESTAMP(timezone=True),
            nullable=False,
            server_default=text("now()"),
            comment="接收时间 / when it came in",
        ),
        Column(
            "code",
            Text,
            nullable=False,
            comment="原因代码 / unknown-datastream, future, not-a-number, too-old ...",
        ),
        Column("message", JSONB, nullable=False, comment="原文 / what was sent"),
        Column("reason", Text, nullable=False, comment="原因 / what is wrong and what to do"),
        Index("quarantine_received", "received_at"),
        schema="live",
        comment="隔离读数 / readings that were refused, never silently",
    )
    Table(
        "alarm",
        meta,
        Column("id", BigInteger, Identity(), primary_key=True, comment="报警编号 / alarm"),
        Column(
            "datastream_id",
            BigInteger,
            ForeignKey("live.datastream.id"),
            nullable=False,
            comment="数据流 / live.datastream.id",
        ),
        Column("severity", Text, nullable=False, comment="级别 / attention or alarm"),
        Column(
            "raised_at",
            TIMESTAMP(timezone=True),
            nullable=False,
            comment="发生时间 / when the limit was crossed",
        ),
        Column(
            "cleared_at", TIMESTAMP(timezone=True), comment="解除时间 / when the reading was back; null: open"
        ),
        Column("result", Double, nullable=False, comment="触发读数 / reading that raised it"),
        Column("limit_value", Double, nullable=False, comment="限值 / limit that was crossed"),
        Column(
            "acknowledged_at",
            TIMESTAMP(timezone=True),
            comment="确认时间 / when somebody saw it; null: nobody yet",
        ),
        Column("acknowledged_by", Text, comment="确认人 / who saw it"),
        Column(
            "incident_id",
            BigInteger,
            ForeignKey("city.feature.id"),
            comment="关联事件 / city.feature.id of the incident",
        ),
        Column(
            "xid",
            Xid8(),
            nullable=False,
            server_default=text(_XID),
            comment="事务号 / transaction that wrote it",
        ),
        Index("alarm_xid", "xid"),
        Index(
            "alarm_open",
            "datastream_id",
            unique=True,
            postgresql_where=text("cleared_at is null"),
        ),
        schema="live",
        comment="报警 / a limit crossed; open until the reading is back",
    )
    Table(
        "incident_event",
        meta,
        Column("id", BigInteger, Identity(), primary_key=True, comment="编号 / step"),
        Column(
            "incident_id",
            BigInteger,
            ForeignKey("city.feature.id"),
            nullable=False,
            comment="事件 / city.feature.id",
        ),
        Column("seq", Integer, nullable=False, comment="序号 / running number in the incident"),
        Column(
            "at",
            TIMESTAMP(timezone=True),
            nullable=False,
            server_default=text("now()"),
            comment="时间 / when",
        ),
        Column("actor", Text, nullable=False, comment="操作人 / who"),
        Column("kind", Text, nullable=False, comment="类别 / state, note, location, resource ..."),
        Column("from_status", Text, comment="原状态 / status before"),
        Column("to_status", Text, comment="新状态 / status after"),
        Column(
            "payload",
            JSONB,
            nullable=False,
            server_default=text("'{}'"),
            comment="内容 / reason, text, resource ...",
        ),
        Column("idempotency_key", Text, comment="幂等键 / key of a request that may be repeated"),
        Column(
            "xid",
            Xid8(),
            nullable=False,
            server_default=text(_XID),
            comment="事务号 / transaction that wrote it",
        ),
        UniqueConstraint("incident_id", "seq"),
        UniqueConstraint("idempotency_key"),
        Index("incident_event_xid", "xid"),
        schema="live",
        comment="事件过程 / append-only steps of an incident",
    )
    Table(
        "audit",
        meta,
        Column("id", BigInteger, Identity(), primary_key=True, comment="编号 / entry"),
        Column(
            "at",
            TIMESTAMP(timezone=True),
            nullable=False,
            server_default=text("clock_timestamp()"),
            comment="时间 / when",
        ),
        Column("actor", Text, nullable=False, comment="操作人 / who"),
        Column("action", Text, nullable=False, comment="操作 / what was done"),
        Column("subject", Text, nullable=False, comment="对象 / to what"),
        Column(
            "detail",
            JSONB,
            nullable=False,
            server_default=text("'{}'"),
            comment="详情 / columns and the like",
        ),
        schema="twin",
        comment="操作记录 / append-only trail of writes",
    )

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
        Column("id", BigInteger, Identity(), primary_key=True),
        Column("code", Text, nullable=False, unique=True, comment="what a message names: the device id"),
        Column("sensor_id", BigInteger, ForeignKey("city.feature.id"), nullable=False),
        Column("observed_property", Text, nullable=False),
        Column("unit", Text),
        Column("period_s", Integer, comment="expected interval; silent for 3 periods is stale"),
        Column("attention", Double),
        Column("alarm", Double),
        Column("direction", Text, nullable=False, server_default=text("'above'"), comment="above or below"),
        Column(
            "hysteresis",
            Double,
            comment="how far back beyond a limit a reading must be to leave it; null: 2 % of the limit",
        ),
        Column("hold_s", Integer, nullable=False, server_default=text("0")),
        Column(
            "active",
            Boolean,
            nullable=False,
            server_default=text("true"),
            comment="false: its sensor is gone, readings are refused",
        ),
        Index("datastream_sensor", "sensor_id"),
        schema="live",
        comment="SensorThings Datastream: one series of one device",
    )
    Table(
        "observation",
        meta,
        Column("datastream_id", BigInteger, primary_key=True),
        Column("phenomenon_time", TIMESTAMP(timezone=True), primary_key=True),
        Column("result", Double, nullable=False, comment="in the datastream's unit"),
        Column(
            "quality",
            SmallInteger,
            nullable=False,
            server_default=text("0"),
            comment="0 good, 1 doubtful, 2 bad",
        ),
        Column("received_at", TIMESTAMP(timezone=True), nullable=False, server_default=text("now()")),
        schema="live",
        comment="readings, partitioned by day of phenomenon time",
        postgresql_partition_by="RANGE (phenomenon_time)",
    )
    Table(
        "datastream_latest",
        meta,
        Column("datastream_id", BigInteger, ForeignKey("live.datastream.id"), primary_key=True),
        Column("phenomenon_time", TIMESTAMP(timezone=True), nullable=False),
        Column("result", Double, nullable=False),
        Column("quality", SmallInteger, nullable=False, server_default=text("0")),
        Column("state", Text, nullable=False, comment="normal, attention, alarm"),
        Column("state_since", TIMESTAMP(timezone=True), nullable=False),
        Column("xid", Xid8(), nullable=False, server_default=text(_XID)),
        Index("datastream_latest_xid", "xid"),
        schema="live",
        comment="newest reading of each datastream by phenomenon time",
        postgresql_with={"fillfactor": "70"},
    )
    Table(
        "quarantine",
        meta,
        Column("id", BigInteger, Identity(), primary_key=True),
        Column("received_at", TIMESTAMP(timezone=True), nullable=False, server_default=text("now()")),
        Column("code", Text, nullable=False, comment="unknown-datastream, future, not-a-number, too-old ..."),
        Column("message", JSONB, nullable=False),
        Column("reason", Text, nullable=False),
        Index("quarantine_received", "received_at"),
        schema="live",
        comment="readings that were refused, never silently",
    )
    Table(
        "alarm",
        meta,
        Column("id", BigInteger, Identity(), primary_key=True),
        Column("datastream_id", BigInteger, ForeignKey("live.datastream.id"), nullable=False),
        Column("severity", Text, nullable=False, comment="attention or alarm"),
        Column("raised_at", TIMESTAMP(timezone=True), nullable=False),
        Column("cleared_at", TIMESTAMP(timezone=True)),
        Column("result", Double, nullable=False, comment="reading that raised it"),
        Column("limit_value", Double, nullable=False),
        Column("acknowledged_at", TIMESTAMP(timezone=True)),
        Column("acknowledged_by", Text),
        Column("incident_id", BigInteger, ForeignKey("city.feature.id")),
        Column("xid", Xid8(), nullable=False, server_default=text(_XID)),
        Index("alarm_xid", "xid"),
        Index(
            "alarm_open",
            "datastream_id",
            unique=True,
            postgresql_where=text("cleared_at is null"),
        ),
        schema="live",
        comment="a limit crossed; open until the reading is back",
    )
    Table(
        "incident_event",
        meta,
        Column("id", BigInteger, Identity(), primary_key=True),
        Column("incident_id", BigInteger, ForeignKey("city.feature.id"), nullable=False),
        Column("seq", Integer, nullable=False),
        Column("at", TIMESTAMP(timezone=True), nullable=False, server_default=text("now()")),
        Column("actor", Text, nullable=False),
        Column("kind", Text, nullable=False, comment="state, note, location, resource ..."),
        Column("from_status", Text),
        Column("to_status", Text),
        Column("payload", JSONB, nullable=False, server_default=text("'{}'")),
        Column("idempotency_key", Text),
        Column("xid", Xid8(), nullable=False, server_default=text(_XID)),
        UniqueConstraint("incident_id", "seq"),
        UniqueConstraint("idempotency_key"),
        Index("incident_event_xid", "xid"),
        schema="live",
        comment="append-only steps of an incident",
    )
    Table(
        "audit",
        meta,
        Column("id", BigInteger, Identity(), primary_key=True),
        Column("at", TIMESTAMP(timezone=True), nullable=False, server_default=text("clock_timestamp()")),
        Column("actor", Text, nullable=False),
        Column("action", Text, nullable=False),
        Column("subject", Text, nullable=False),
        Column("detail", JSONB, nullable=False, server_default=text("'{}'")),
        schema="twin",
        comment="append-only trail of writes",
    )

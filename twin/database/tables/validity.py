"""Since when and until when a row holds: the same columns wherever history is kept."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, text
from sqlalchemy.dialects.postgresql import TIMESTAMP

CURRENT = "valid_to is null and superseded_at is null"
"""A row that is so now and still believed: what every live query and index asks for."""


def validity_columns() -> list[Column[Any]]:
    """New columns for one table, in their order."""
    return [
        Column(
            "valid_from",
            TIMESTAMP(timezone=True),
            comment="有效期起 / so in the world since; null: unknown start",
        ),
        Column("valid_to", TIMESTAMP(timezone=True), comment="有效期止 / until; null: still so"),
        Column(
            "recorded_at",
            TIMESTAMP(timezone=True),
            nullable=False,
            server_default=text("now()"),
            comment="入库时间 / when this version was written",
        ),
        Column(
            "superseded_at",
            TIMESTAMP(timezone=True),
            comment="更正时间 / when it was found wrong; null: believed",
        ),
    ]

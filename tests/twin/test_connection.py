"""The pool of connections, when the server below it goes and comes back."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from twin.database.connection import Database
from twin.errors import DatabaseUnavailable
from twin.settings import Settings

_AWAY_S = 3.5


def test_a_server_that_is_back_is_found_at_once(settings: Settings, tmp_path: Path) -> None:
    sockets = str(conninfo_to_dict(settings.dsn).get("host", ""))
    if not sockets.startswith("/"):
        pytest.skip("the server of DATABASE_URL has no socket that could be hidden")
    link = tmp_path / "s"
    database = Database(make_conninfo(settings.dsn, host=str(link)), pool_size=1, pool_timeout_s=0.3)
    try:
        gone = time.monotonic()
        while time.monotonic() - gone < _AWAY_S:
            with pytest.raises(DatabaseUnavailable):
                database.scalar("select 1")
        with pytest.raises(DatabaseUnavailable, match="cannot be reached"):
            database.scalar("select 1")
        link.symlink_to(sockets)
        back = time.monotonic()
        found = None
        while found is None and time.monotonic() - back < 10:
            with suppress(DatabaseUnavailable):
                found = database.scalar("select 1")
        assert found == 1
        # doubling waits would come to it 7 s after it went, 3.5 s after it came back
        assert time.monotonic() - back < 2.5
    finally:
        database.close()


def test_a_busy_pool_is_not_called_unreachable(settings: Settings) -> None:
    database = Database(settings.dsn, pool_size=1, pool_timeout_s=0.2)
    try:
        with (
            database.transaction(),
            pytest.raises(DatabaseUnavailable, match="TWIN_POOL_SIZE"),
        ):
            database.scalar("select 1")
    finally:
        database.close()

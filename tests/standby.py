"""A standby of a real server, which applies what it hears some time later."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

from psycopg.conninfo import conninfo_to_dict

from twin.database.account import cluster_account, run_under
from twin.database.programs import find_programs
from twin.settings import Settings

_COPY_S = 3600.0
"""Patience while all databases of the server are copied."""


@contextmanager
def standby(primary: Settings, behind_s: float, shared_buffers_mb: int = 64) -> Iterator[Settings]:
    """Copy a running server, start the copy as its standby, remove it in the end.

    Parameters
    ----------
    primary : Settings
        Of a database of a private cluster, whose configuration is in its data directory.
    behind_s : float
        How long after its commit a transaction is applied.
    shared_buffers_mb : int
        Memory of the standby for pages.

    Yields
    ------
    Settings
        The same database, as the standby has it.
    """
    told = {name: str(value) for name, value in conninfo_to_dict(primary.dsn).items() if value}
    account, programs = cluster_account(), find_programs(primary)
    # not pytest's own folder: it is closed to the account PostgreSQL runs under
    folder = Path(tempfile.mkdtemp(prefix="twin-standby-"))
    folder.chmod(0o755)
    data, socket = folder / "data", folder / "socket"
    socket.mkdir()
    if os.geteuid() == 0:
        shutil.chown(folder, account.pw_uid)
        shutil.chown(socket, account.pw_uid)

    def run(program: str, *arguments: str, timeout_s: float = 90) -> None:
        done = run_under(account, program, *arguments, timeout_s=timeout_s)
        if done.returncode != 0:
            raise RuntimeError(f"{program}: {done.stdout}{done.stderr}")

    server = ["-h", told["host"], "-U", told["user"], *(["-p", told["port"]] if "port" in told else [])]
    control = programs.path("pg_ctl")
    try:
        backup = str(Path(control).with_name("pg_basebackup"))
        run(backup, "-D", str(data), "-R", "-c", "fast", *server, timeout_s=_COPY_S)
        with (data / "postgresql.auto.conf").open("a") as conf:
            conf.write(
                f"listen_addresses = ''\nport = 5432\nunix_socket_directories = '{socket}'\n"
                f"recovery_min_apply_delay = '{round(behind_s * 1000)}ms'\n"
                # counted from when something came while nothing was due, so never under load: the default of
                # 30 s is over all the time, and every question that is in the way would be given up at once
                "max_standby_streaming_delay = -1\n"
                f"logging_collector = off\nshared_buffers = '{shared_buffers_mb}MB'\n"
            )
        run(control, "-D", str(data), "-w", "-l", str(folder / "standby.log"), "start")
        try:
            host = quote(str(socket), safe="")
            url = f"postgresql:///{quote(told['dbname'])}?user={quote(told['user'])}&host={host}&port=5432"
            yield replace(primary, database_url=url)
        finally:
            run(control, "-D", str(data), "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder)

"""The private PostgreSQL + PostGIS cluster: made, started and stopped by the twin itself.

It listens on a Unix socket in a directory only its owner may enter (0700) and
never on TCP, which is what makes trust authentication safe.
"""

from __future__ import annotations

import fcntl
import getpass
import os
import pwd
import shutil
import stat
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

import psycopg
from psycopg import sql

from twin.database import orphan
from twin.database.account import cluster_account, run_under
from twin.database.programs import Programs, find_programs
from twin.database.tuning import configuration
from twin.errors import DatabaseUnavailable, SetupError
from twin.settings import Settings

_START_S = 60
_RETRY_S = 20.0
_LEAVING_S = 5.0
_LOG_TAIL = 12


class Cluster:
    """One cluster per state directory.

    Parameters
    ----------
    settings : Settings
        `state_dir` keeps the data, `socket_dir` the socket, `pg_bin` overrides the search for PostgreSQL.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._state_dir = settings.state_dir
        self._socket_dir = settings.socket_dir
        self._data_dir = self._state_dir / "pg"
        self._log_dir = self._state_dir / "log"
        self._programs: Programs | None = None

    @cached_property
    def _account(self) -> pwd.struct_passwd:
        return cluster_account()

    @property
    def _server(self) -> str:
        # The empty options keep PGOPTIONS of somebody's shell out.
        return f"{self._settings.private_server} options=''"

    @property
    def data_dir(self) -> Path:
        """Where the cluster's files are."""
        return self._data_dir

    @property
    def log_dir(self) -> Path:
        """Where the cluster's log files are, one a weekday."""
        return self._log_dir

    def ensure(self) -> None:
        """Make, start and fill the cluster as far as that is still to do.

        Safe to call at any time and from several processes at once: the first
        one works, the others wait for it.

        Raises
        ------
        SetupError
            PostgreSQL or PostGIS is missing, or this account may not run them.
        DatabaseUnavailable
            The cluster does not start; the message ends with its log.
        """
        self._found()
        self._require_room()
        with self._lock():
            if not self.running():
                if not (self._data_dir / "PG_VERSION").is_file():
                    self._initialise()
                self._start()
            self._create_city_database()

    def stop(self) -> None:
        """Stop the cluster, whoever is connected; no-op when it is not running.

        Raises
        ------
        DatabaseUnavailable
            It does not stop within a minute.
        """
        self._stop(only_if_idle=False)

    def stop_if_idle(self) -> bool:
        """Stop the cluster unless somebody else uses it; whether it is stopped now.

        A load in another terminal, a test run or a GIS client keeps it up. Who is leaving does not: the
        connections of a server that has just ended are listed until each has been taken down.
        """
        return self._stop(only_if_idle=True)

    def _stop(self, *, only_if_idle: bool) -> bool:
        if not (self._data_dir / "PG_VERSION").is_file():
            return True
        with self._lock():
            if not self.running():
                return True
            if only_if_idle and self._others_stay():
                return False
            command = ["pg_ctl", "-D", str(self._data_dir), "-m", "fast", "-w", "-t", str(_START_S), "stop"]
            done = self._run(*command)
            if done.returncode != 0 and self.running():
                raise DatabaseUnavailable(f"the private cluster does not stop: {_said(done)}")
            return True

    def _others_stay(self) -> bool:
        deadline = time.monotonic() + _LEAVING_S
        while self._others_connected():
            if time.monotonic() > deadline:
                return True
            time.sleep(0.1)
        return False

    def _others_connected(self) -> bool:
        question = (
            "select count(*) from pg_stat_activity"
            " where backend_type = 'client backend' and pid <> pg_backend_pid()"
        )
        try:
            with psycopg.connect(f"{self._server} dbname=postgres") as connection:
                row = connection.execute(question).fetchone()
        except psycopg.Error:
            return False  # it is going down already
        return row is not None and row[0] > 0

    def running(self) -> bool:
        """Whether the cluster accepts connections now."""
        if not (self._data_dir / "PG_VERSION").is_file() or not self._socket_dir.is_dir():
            return False
        # Not `pg_ctl status`: it calls a killed, not yet reaped server running.
        ready = self._run("pg_isready", "-q", "-t", "3", "-d", f"{self._server} dbname=postgres")
        return ready.returncode == 0

    def version(self) -> str:
        """Version of the PostgreSQL programs that run, or would run, this cluster."""
        return self._found().version

    def _found(self) -> Programs:
        if self._programs is None:
            try:
                major = int((self._data_dir / "PG_VERSION").read_text().strip())
            except FileNotFoundError:
                major = None
            self._programs = find_programs(self._settings, major)
        return self._programs

    def _require_room(self) -> None:
        """Make the directories and give them to the account PostgreSQL runs under."""
        account = self._account
        try:
            self._state_dir.mkdir(parents=True, exist_ok=True)
            for directory in (self._socket_dir, self._log_dir):
                directory.mkdir(mode=0o700, exist_ok=True)
                status = directory.lstat()
                # The stand-in in the shared temporary directory could be somebody's trap.
                if not stat.S_ISDIR(status.st_mode) or status.st_uid not in (os.geteuid(), account.pw_uid):
                    raise SetupError(f"{directory} belongs to another user; remove it or set TWIN_STATE_DIR")
                directory.chmod(0o700)
                if status.st_uid != account.pw_uid:
                    os.chown(directory, account.pw_uid, account.pw_gid)
        except PermissionError as error:
            raise SetupError(
                f"{getpass.getuser()} may not write {error.filename};"
                " set TWIN_STATE_DIR to a folder of your own with 5 GB of room"
            ) from error
        if os.geteuid() == 0 and run_under(self._account, "test", "-x", str(self._state_dir)).returncode != 0:
            raise SetupError(
                f"PostgreSQL runs as '{account.pw_name}', who cannot enter {self._state_dir}"
                " (a parent folder is closed). Unset TWIN_STATE_DIR or choose an open one, as /var/lib/twin"
            )

    def _initialise(self) -> None:
        """Init beside, then rename: an interrupted init never looks like a cluster."""
        account = self._account
        fresh = self._state_dir / "pg.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        os.chown(fresh, account.pw_uid, account.pw_gid)
        # C.UTF-8 knows letters, which pg_trgm needs for Chinese. C sorts by code point as it does, without
        # asking the C library at each comparison.
        locale = ["--locale=C.UTF-8", "--lc-collate=C"]
        if os.uname().sysname == "Darwin":
            locale = ["--lc-collate=C", "--lc-ctype=en_US.UTF-8"]
        done = self._run(
            *(
                "initdb",
                "-D",
                str(fresh),
                "-U",
                "twin",
                "-A",
                "trust",
                "-E",
                "UTF8",
                *locale,
                "--data-checksums",
            ),
            timeout_s=300,
        )
        if done.returncode != 0:
            shutil.rmtree(fresh, ignore_errors=True)
            raise DatabaseUnavailable(f"initdb failed in {fresh}: {_said(done)}")
        with (fresh / "postgresql.conf").open("a") as file:
            file.write("\ninclude_if_exists = 'twin.conf'\n")
        # rename() does not replace a directory that holds files, so a cluster is never lost here.
        fresh.rename(self._data_dir)

    def _start(self) -> None:
        account = self._account
        conf = self._data_dir / "twin.conf"
        conf.write_text(configuration(self._socket_dir, self._log_dir, self._found().log_compression()))
        os.chown(conf, account.pw_uid, account.pw_gid)
        command = ["pg_ctl", "-D", str(self._data_dir), "-w", "-t", str(_START_S)]
        command += ["-l", str(self._log_dir / "start.log"), "start"]
        # After a kill -9 the old server's children and shared memory take a moment to go.
        deadline = time.monotonic() + _RETRY_S
        while True:
            done = self._run(*command, timeout_s=_START_S + 30)
            if self.running():
                return
            orphan.remove_stale_pid_file(self._data_dir)
            if time.monotonic() > deadline:
                raise DatabaseUnavailable(
                    f"the private cluster in {self._data_dir} does not start:"
                    f" {_said(done)}\n{self._log_tail()}"
                )
            time.sleep(0.3)

    def _create_city_database(self) -> None:
        try:
            with psycopg.connect(
                f"{self._server} dbname=postgres", autocommit=True, connect_timeout=10
            ) as connection:
                found = connection.execute("select 1 from pg_database where datname = 'twin'").fetchone()
                if found is None:
                    connection.execute(sql.SQL("create database {}").format(sql.Identifier("twin")))
            with psycopg.connect(f"{self._server} dbname=twin", connect_timeout=10) as connection:
                connection.execute("create extension if not exists postgis")
        except psycopg.Error as error:
            raise DatabaseUnavailable(
                f"the city database cannot be made: {error}\n{self._log_tail()}"
            ) from error

    @contextmanager
    def _lock(self) -> Iterator[None]:
        """Let one process at a time make, start or stop the cluster."""
        with (self._state_dir / "cluster.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _run(self, name: str, *arguments: str, timeout_s: float = 90) -> subprocess.CompletedProcess[str]:
        return run_under(self._account, self._found().path(name), *arguments, timeout_s=timeout_s)

    def _log_tail(self) -> str:
        """Last lines the server wrote, newest file first."""
        files = sorted(self._log_dir.glob("*.log"), key=lambda file: file.stat().st_mtime, reverse=True)
        lines: list[str] = []
        for file in files[:2]:
            lines += [f"{file}:", *file.read_text(errors="replace").splitlines()[-_LOG_TAIL:]]
        return "\n".join(lines)


def _said(done: subprocess.CompletedProcess[str]) -> str:
    """Last words of a program."""
    lines = (done.stdout + done.stderr).strip().splitlines()
    return " / ".join(lines[-3:]) or f"exit code {done.returncode}"

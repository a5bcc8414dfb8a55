"""Under whose name PostgreSQL's programs run: it refuses root."""

from __future__ import annotations

import os
import pwd
import subprocess

from twin.database.programs import install_line
from twin.errors import DatabaseUnavailable, SetupError

_ROOTS_STAND_IN = "postgres"


def cluster_account() -> pwd.struct_passwd:
    """Return the account PostgreSQL runs under: ours, or `postgres` when we are root.

    Raises
    ------
    SetupError
        There is no such account.
    """
    if os.geteuid() != 0:
        try:
            return pwd.getpwuid(os.geteuid())
        except KeyError as error:
            raise SetupError(
                f"user id {os.geteuid()} has no entry in the password file, which initdb needs."
                " Give the container a named user, or set DATABASE_URL to an existing server"
            ) from error
    try:
        return pwd.getpwnam(_ROOTS_STAND_IN)
    except KeyError as error:
        raise SetupError(
            "PostgreSQL refuses to run as root and there is no 'postgres' account to run it under."
            f" Install it from this system ({install_line()}), or make the account:"
            " useradd --system --home-dir /var/lib/postgresql postgres"
        ) from error


def run_under(
    account: pwd.struct_passwd, *command: str, timeout_s: float = 90
) -> subprocess.CompletedProcess[str]:
    """Run a program under this account, untouched by PG* variables.

    In a session of its own, so that Ctrl-C in the terminal reaches the
    supervisor and not the database beneath it.

    Raises
    ------
    DatabaseUnavailable
        It does not end in time.
    """
    clean = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
    clean["LC_ALL"] = "en_US.UTF-8" if os.uname().sysname == "Darwin" else "C.UTF-8"
    as_root = os.geteuid() == 0
    try:
        return subprocess.run(
            command,
            capture_output=True,
            text=True,
            errors="replace",
            stdin=subprocess.DEVNULL,
            timeout=timeout_s,
            check=False,
            cwd="/",
            env=clean,
            start_new_session=True,
            user=account.pw_uid if as_root else None,
            group=account.pw_gid if as_root else None,
            extra_groups=[] if as_root else None,
        )
    except subprocess.TimeoutExpired as error:
        raise DatabaseUnavailable(f"{command[0]} did not end within {timeout_s:.0f} s") from error

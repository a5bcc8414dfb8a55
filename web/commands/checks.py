"""What `twin doctor` looks at: one function a question, each answering what to do when it is wrong."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from twin.database.cluster import Cluster
from twin.database.connection import Database
from twin.database.programs import find_programs
from twin.database.revision import schema_state
from twin.errors import TwinError
from twin.settings import Settings, unknown_variables
from web.access import may_bind
from web.commands import processes
from web.commands.address import port_is_free

_ROOT = Path(__file__).resolve().parent.parent.parent
_STATIC = _ROOT / "web" / "static"
_PACKAGES = ("geopandas", "rasterio", "ifcopenshell", "psycopg", "flask", "granian", "isal", "pypinyin")
_GB = 1e9
_SLOW_CLOCK_S = 5.0
_SCHEMA_ADVICE = {
    "behind": "run twin migrate",
    "empty": "run twin up, or twin migrate",
    "unknown": "the database was made by newer code: update this checkout",
}


@dataclass(frozen=True, slots=True)
class Check:
    """One answer.

    Attributes
    ----------
    name : str
        What was looked at.
    state : {'ok', 'warn', 'fail'}
        `warn`: works, but something else will not; `fail`: the server will not run.
    found : str
        What there is.
    advice : str
        What to do; empty when all is well.
    """

    name: str
    state: Literal["ok", "warn", "fail"]
    found: str
    advice: str = ""


def python(settings: Settings) -> Check:
    """Version of Python and the packages that need compiled code."""
    version = ".".join(map(str, sys.version_info[:3]))
    missing = [name for name in _PACKAGES if find_spec(name) is None]
    if missing:
        return Check(
            "Python", "fail", f"{version}, without {', '.join(missing)}", "run ./run, which installs them"
        )
    return Check("Python", "ok", f"{version} in {sys.prefix}")


def variables(settings: Settings) -> Check:
    """Variables of the environment that look like ours and have no effect."""
    unknown = unknown_variables(os.environ)
    if unknown:
        advice = "see docs/reference/configuration.md for the names"
        return Check("Settings", "warn", f"nobody reads {', '.join(unknown)}", advice)
    return Check("Settings", "ok", "every TWIN_ variable is known")


def postgis(settings: Settings) -> Check:
    """PostgreSQL's programs with PostGIS, where the cluster is ours."""
    if settings.database_url is not None:
        return Check("PostGIS", "ok", f"existing server {settings.redacted_dsn} (DATABASE_URL)")
    try:
        programs = find_programs(settings)
    except TwinError as error:
        return Check("PostGIS", "fail", "not found", str(error))
    return Check("PostGIS", "ok", f"PostgreSQL {programs.version} in {programs.bin_dir}")


def schema(settings: Settings) -> Check:
    """Whether the database answers and has the schema of this code."""
    name = "Database"
    try:
        if settings.database_url is None and not Cluster(settings).running():
            return Check(name, "ok", "private cluster, not running (twin up starts it)")
        with closing(Database.from_settings(settings, application="twin doctor")) as database:
            state = schema_state(database)
            clock_s = float(database.scalar("select extract(epoch from clock_timestamp())::float8"))
            postgis_version = database.scalar("select extversion from pg_extension where extname = 'postgis'")
    except TwinError as error:
        return Check(
            name, "fail", str(error), f"see {settings.state_dir / 'log'}, or the server of DATABASE_URL"
        )
    if abs(clock_s - time.time()) > _SLOW_CLOCK_S:
        return Check(
            name, "warn", "its clock differs from this machine's by more than 5 s", "synchronise both"
        )
    if state == "current":
        return Check(name, "ok", f"schema is current, PostGIS {postgis_version}")
    return Check(name, "fail" if state == "unknown" else "warn", f"schema is {state}", _SCHEMA_ADVICE[state])


def front_end(settings: Settings) -> Check:
    """Whether the map application is built."""
    if not any(_STATIC.glob("**/*.js")):
        return Check("Map application", "fail", "not built", "run ./run, which builds it")
    return Check("Map application", "ok", f"built in {_STATIC}")


def disk(settings: Settings) -> Check:
    """Room for the cluster."""
    place = settings.state_dir
    while not place.exists():
        place = place.parent
    free_gb = shutil.disk_usage(place).free / _GB
    found = f"{free_gb:,.1f} GB free at {place}"
    if free_gb < 1:
        return Check("Disk", "fail", found, "free some, or set TWIN_STATE_DIR to another disk")
    if free_gb < 5:
        return Check("Disk", "warn", found, "the demo city takes about 1 GB, the full one more")
    return Check("Disk", "ok", found)


def port(settings: Settings) -> Check:
    """Whether the server listens, or could."""
    where = f"{settings.host}:{settings.port}"
    running = processes.recorded(settings.state_dir, "up")
    if running:
        return Check("Port", "ok", f"our server is at {running.details.get('url', where)}")
    if not may_bind(settings):
        return Check("Port", "fail", f"{where} is open to others without a key", "set TWIN_WRITE_KEY")
    if not port_is_free(settings):
        return Check(
            "Port", "fail", f"{where} is taken by another program", "start with --port, or set TWIN_PORT"
        )
    return Check("Port", "ok", f"{where} is free")


def clock(settings: Settings) -> Check:
    """A clock behind the newest file of the project is wrong, and so would be every reading's time."""
    newest_s = max(path.stat().st_mtime for path in (_ROOT / "pyproject.toml", Path(__file__)))
    if time.time() < newest_s - 60:
        return Check("Clock", "fail", time.strftime("%Y-%m-%d %H:%M", time.gmtime()), "set the clock (NTP)")
    return Check("Clock", "ok", time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()))


def limits(settings: Settings) -> Check:
    """Open files: each event stream holds one."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    wanted = settings.max_live_clients + 500
    if hard != resource.RLIM_INFINITY and hard < wanted:
        advice = f"raise the limit (ulimit -Hn {wanted}) or lower TWIN_MAX_LIVE_CLIENTS"
        return Check("Open files", "warn", f"at most {hard}", advice)
    return Check("Open files", "ok", "no limit" if hard == resource.RLIM_INFINITY else f"at most {hard}")


def browser(settings: Settings) -> Check:
    """Chromium and a Chinese font, for the tests only."""
    name = "Test browser"
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    lacking = [] if chromium else ["chromium"]
    if not _chinese_font():
        lacking.append("fonts-noto-cjk")
    if lacking:
        return Check(
            name, "warn", f"without {', '.join(lacking)}", "only ./test needs them, and installs them as root"
        )
    return Check(name, "ok", str(chromium))


CHECKS: tuple[Callable[[Settings], Check], ...] = (
    *(variables, python, postgis, schema, front_end),
    *(port, disk, limits, clock, browser),
)


def _chinese_font() -> bool:
    lister = shutil.which("fc-list")
    if lister is None:
        return False
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    said = subprocess.run(
        [lister, ":lang=zh-cn", "family"], capture_output=True, text=True, check=False, env=environment
    )
    return bool(said.stdout.strip())

"""The one reader of the environment.

`Settings.from_env()` is called once at each entry point and passed on by
argument; no other module looks at `os.environ`. Every field stands in
docs/reference/configuration.md (a test compares the two).
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from twin.errors import InvalidParameter

_ROOT = Path(__file__).resolve().parent.parent
_PREFIX = "TWIN_"
_OF_SCRIPTS = frozenset({"TWIN_PYTHON", "TWIN_SHARED_DATA", "TWIN_CI_PORT"})
"""Variables that only shell scripts and tests read."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What this process was told.

    Attributes
    ----------
    database_url : str or None
        libpq URL of an existing server (`DATABASE_URL`); None means the private cluster.
    state_dir : Path
        Where the private cluster, registered rasters and logs live (`TWIN_STATE_DIR`).
    pg_bin : str
        Folder of PostgreSQL's programs (`TWIN_PG_BIN`); empty means search for the newest with PostGIS.
    storage_srid : int
        EPSG code of the projected metric CRS geometry is kept in (`TWIN_STORAGE_SRID`),
        stamped into the database at its first migration.
    vertical_srid : int
        EPSG code of the height datum (`TWIN_VERTICAL_SRID`); 5737 is Yellow Sea 1985.
    geoid_offset_m : float
        Ellipsoidal height minus stored height, metres, for globe output (`TWIN_GEOID_OFFSET_M`).
    host, port : str, int
        Where the server listens (`TWIN_HOST`, `TWIN_PORT`).
    pool_size : int
        Database connections a process may hold (`TWIN_POOL_SIZE`).
    pool_timeout_s : float
        How long a request waits for a connection before 503 (`TWIN_POOL_TIMEOUT_S`).
    statement_timeout_s : float
        Longest statement a request may run (`TWIN_STATEMENT_TIMEOUT_S`).
    tile_cache_mb : int
        Memory for encoded tiles (`TWIN_TILE_CACHE_MB`): of one process, or divided among the workers
        of a server, which share as much once more.
    snapshot_mb : int
        Memory for copies of the public layers, from which tiles are encoded (`TWIN_SNAPSHOT_MB`): of
        one process, or of all workers of a server together, which share them; 0: none, PostGIS
        makes every tile.
    poll_interval_s : float
        How often a process reads the touch log and the live tables (`TWIN_POLL_INTERVAL_S`).
    max_body_mb : int
        Largest request body accepted (`TWIN_MAX_BODY_MB`).
    max_live_clients : int
        Open event streams a process accepts (`TWIN_MAX_LIVE_CLIENTS`).
    cors_origins : str
        Origins whose pages may read, separated by blanks, or `*` for any (`TWIN_CORS_ORIGINS`);
        empty: none but our own.
    write_key : str
        Secret a caller sends as `Authorization: Bearer ...` to write (`TWIN_WRITE_KEY`); empty:
        nobody but callers on this machine may write, and the server binds to loopback only.
    observation_hours : int
        How long raw readings are kept (`TWIN_OBSERVATION_HOURS`); the newest of each
        datastream, alarms and incidents stay.
    load_memory_mb, load_seconds : int, int
        What a child process may use to parse one untrusted file
        (`TWIN_LOAD_MEMORY_MB`, `TWIN_LOAD_SECONDS`).
    mesh_cache_mb : int
        Disk in the state directory for meshes of building models (`TWIN_MESH_CACHE_MB`); 0: none.
    bake_chunk_mb : int
        Memory the rows of one chunk of `twin bake` may take (`TWIN_BAKE_CHUNK_MB`).
    """

    database_url: str | None = None
    state_dir: Path = _ROOT / ".twin"
    pg_bin: str = ""
    storage_srid: int = 4547
    vertical_srid: int = 5737
    geoid_offset_m: float = -3.0
    host: str = "127.0.0.1"
    port: int = 8080
    pool_size: int = 10
    pool_timeout_s: float = 2.0
    statement_timeout_s: float = 10.0
    tile_cache_mb: int = 128
    snapshot_mb: int = 512
    poll_interval_s: float = 0.1
    max_body_mb: int = 32
    max_live_clients: int = 500
    cors_origins: str = ""
    write_key: str = field(default="", repr=False)
    observation_hours: int = 48
    load_memory_mb: int = 6144
    load_seconds: int = 600
    mesh_cache_mb: int = 1024
    bake_chunk_mb: int = 256

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read `TWIN_*` and `DATABASE_URL`.

        Raises
        ------
        InvalidParameter
            A value is not of the field's type, or `DATABASE_URL` is no address.
        """
        env = os.environ if environ is None else environ
        values: dict[str, object] = {"database_url": _address(env.get("DATABASE_URL", ""))}
        values["state_dir"] = _default_state_dir()
        readers = {"int": int, "float": float, "str": str, "Path": Path}
        for name, declared in cls.__dataclass_fields__.items():
            key = _PREFIX + name.upper()
            raw = env.get(key)
            if raw is None or name == "database_url":
                continue
            try:
                values[name] = readers[str(declared.type)](raw)
            except ValueError as error:
                raise InvalidParameter(key, f"{raw!r} is not of type {declared.type}") from error
        return cls(**values)  # type: ignore[arg-type]

    @property
    def socket_dir(self) -> Path:
        """Directory of the private cluster's Unix socket (0700).

        A socket path is limited to 107 bytes, so a deep state directory gets a
        short stand-in under the temporary directory, named by hash.
        """
        direct = self.state_dir / "run"
        if len(os.fsencode(direct)) + len("/.s.PGSQL.5432") < 100:
            return direct
        digest = hashlib.blake2b(str(self.state_dir).encode(), digest_size=6).hexdigest()
        return Path(tempfile.gettempdir()) / f"twin-{digest}"

    @property
    def dsn(self) -> str:
        """libpq connection string of the city database."""
        return self.database_url or f"{self.private_server} dbname=twin"

    @property
    def private_server(self) -> str:
        """libpq connection string of the private cluster, without a database."""
        # Quoted: a project may stand in a folder with blanks in its name.
        socket_dir = str(self.socket_dir).replace("\\", r"\\").replace("'", r"\'")
        return f"host='{socket_dir}' port=5432 user=twin"

    @property
    def redacted_dsn(self) -> str:
        """`dsn` fit for a log: no password."""
        if not self.database_url:
            return self.dsn
        if "password" not in conninfo_to_dict(self.database_url):
            return self.database_url
        parts = urlsplit(self.database_url)
        if parts.scheme and parts.password is not None:
            netloc = parts.netloc.replace(f":{parts.password}@", ":***@")
            return urlunsplit(parts._replace(netloc=netloc))
        return make_conninfo(self.database_url, password="***")  # noqa: S106 - a mask


def _address(given: str) -> str | None:
    """`DATABASE_URL` as libpq reads it: a URL or `key=value` words; what it says is never shown."""
    if not given:
        return None
    try:
        conninfo_to_dict(given)
    except ProgrammingError:
        raise InvalidParameter(
            "DATABASE_URL", "is no address of a PostgreSQL database such as postgresql://user@host:5432/city"
        ) from None
    return given


def unknown_variables(environ: Mapping[str, str]) -> list[str]:
    """Variables that look like ours and are read by nobody: misspelt, or of another version."""
    known = {_PREFIX + name.upper() for name in Settings.__dataclass_fields__} | _OF_SCRIPTS
    return sorted(name for name in environ if name.startswith(_PREFIX) and name not in known)


def _default_state_dir() -> Path:
    """`.twin` in the project; for root a system directory.

    PostgreSQL refuses to run as root, and the account it runs under instead may
    not be able to reach a project below a private home.
    """
    if os.geteuid() != 0:
        return _ROOT / ".twin"
    digest = hashlib.blake2b(str(_ROOT).encode(), digest_size=6).hexdigest()
    return Path("/var/lib") / f"twin-{digest}"

"""Finds PostgreSQL's programs and PostGIS on this machine, or says how to install them.

Run as a module (`python -m twin.database.programs`) it prints the directory it
found, or the line to run and ends with 3: the set-up script asks this way, so
that script and server can never disagree about what is there.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from twin.errors import SetupError, TwinError
from twin.settings import Settings

OLDEST_MAJOR = 14
_NEEDED = ("initdb", "pg_ctl", "postgres", "pg_isready")

# os-release ID or ID_LIKE -> the line
_INSTALL_LINES = (
    ({"debian", "ubuntu"}, "apt-get install -y --no-install-recommends postgresql-postgis"),
    ({"fedora", "rhel", "centos"}, "dnf install -y postgresql-server postgis"),
    ({"arch"}, "pacman -S --needed postgresql postgis"),
    ({"alpine"}, "apk add postgresql postgis"),
    ({"suse", "opensuse"}, "zypper install -y postgresql-server postgis"),
)

# One glob a way of installing PostgreSQL; the newest with PostGIS wins.
_PLACES = (
    "/usr/lib/postgresql/*/bin",  # Debian, Ubuntu
    "/usr/pgsql-*/bin",  # packages of postgresql.org for Fedora and its kin
    "/usr/lib/postgresql*/bin",  # openSUSE
    "/usr/libexec/postgresql*",  # Alpine
    "/usr/bin",  # Fedora, Arch
    "/opt/homebrew/opt/postgresql@*/bin",
    "/opt/homebrew/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/usr/local/bin",
    "/usr/local/pgsql/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
)


@dataclass(frozen=True, slots=True)
class Programs:
    """One PostgreSQL installation that has PostGIS.

    Attributes
    ----------
    bin_dir : Path
        Holds `initdb`, `pg_ctl`, `postgres` and `pg_isready`.
    major : int
        Major version of PostgreSQL.
    version : str
        As the program says it, for example ``15.18``.
    """

    bin_dir: Path
    major: int
    version: str

    def path(self, name: str) -> str:
        """Full path of one program."""
        return str(self.bin_dir / name)

    def log_compression(self) -> str:
        """What `wal_compression` is best set to: lz4 where it was built in, else PostgreSQL's own."""
        built = _output(self.path("pg_config"), "--configure")
        return "lz4" if self.major >= 15 and re.search(r"with-lz4|lz4=enabled", built) else "on"


def find_programs(settings: Settings, major: int | None = None) -> Programs:
    """Return the newest PostgreSQL with PostGIS, or the one of the wanted major version.

    Parameters
    ----------
    settings : Settings
        `pg_bin` overrides the search.
    major : int, optional
        Version an existing cluster was made by; no other can open it.

    Raises
    ------
    SetupError
        None is there; the message holds the line that installs it on this system.
    """
    if settings.pg_bin:
        chosen = examine(Path(settings.pg_bin))
        if chosen is None:
            raise SetupError(
                f"TWIN_PG_BIN={settings.pg_bin} does not hold PostgreSQL {OLDEST_MAJOR} or newer with PostGIS"
                f" (looked for {', '.join(_NEEDED)} and postgis.control). Unset it, or install both:\n"
                f"    {install_line()}"
            )
        found = [chosen]
    else:
        found = [programs for place in _candidates() if (programs := examine(place))]
    if major is not None:
        same = [programs for programs in found if programs.major == major]
        if found and not same:
            have = ", ".join(sorted({str(programs.major) for programs in found}))
            raise SetupError(
                f"the private cluster was made by PostgreSQL {major}, and only {have} is here with PostGIS."
                f" Install PostgreSQL {major} with its PostGIS again, or move the cluster away"
                f" (the folder 'pg' in {settings.state_dir}) to start with an empty one."
            )
        found = same
    if not found:
        raise SetupError(
            "PostgreSQL with PostGIS is not on this machine. Install it with this line:\n"
            f"    {install_line()}\n"
            "or set DATABASE_URL to a PostGIS server you already have,"
            " or TWIN_PG_BIN to the folder that holds initdb."
        )
    return max(found, key=lambda programs: _numbers(programs.version))


def examine(bin_dir: Path) -> Programs | None:
    """Return the installation in this directory if it is complete and has PostGIS."""
    if not all(os.access(bin_dir / name, os.X_OK) for name in _NEEDED):
        return None
    said = _output(str(bin_dir / "postgres"), "--version")
    match = re.search(r"\) (\d+(?:\.\d+)*)", said)
    if not match or _numbers(match[1])[0] < OLDEST_MAJOR:
        return None
    major = _numbers(match[1])[0]
    if not (_share_dir(bin_dir, major) / "extension" / "postgis.control").is_file():
        return None
    return Programs(bin_dir=bin_dir, major=major, version=match[1])


def install_line() -> str:
    """Return the one line that installs PostgreSQL and PostGIS on this system."""
    if platform.system() == "Darwin":
        return "brew install postgis"
    if os.environ.get("CONDA_PREFIX"):
        return "conda install -c conda-forge postgresql postgis"
    try:
        release = platform.freedesktop_os_release()
    except OSError:
        release = {}
    family = {release.get("ID", ""), *release.get("ID_LIKE", "").split()}
    for names, line in _INSTALL_LINES:
        if family & names:
            return line if os.geteuid() == 0 else f"sudo {line}"
    return "conda env create -f environment.yml"


def _candidates() -> list[Path]:
    """Directories that may hold the programs, without doubles."""
    places = [Path(match) for pattern in _PLACES for match in Path("/").glob(pattern.lstrip("/"))]
    for prefix in (os.environ.get("CONDA_PREFIX"), sys.prefix):
        if prefix:
            places.append(Path(prefix) / "bin")
    if shutil.which("pg_config"):
        said = _output("pg_config", "--bindir").strip()
        if said:
            places.append(Path(said))
    return list({place.resolve(): None for place in places if place.is_dir()})


def _share_dir(bin_dir: Path, major: int) -> Path:
    """Where this installation keeps its extensions."""
    said = _output(str(bin_dir / "pg_config"), "--sharedir").strip()
    # pg_config is a separate package on some systems; Debian's layout is fixed.
    return Path(said) if said else Path(f"/usr/share/postgresql/{major}")


def _output(*command: str) -> str:
    """Standard output of a program, empty if it cannot be run."""
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=20, check=True, cwd="/").stdout
    except (OSError, subprocess.SubprocessError):
        return ""


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


if __name__ == "__main__":
    try:
        print(find_programs(Settings.from_env()).bin_dir)
    except TwinError as error:
        print(error, file=sys.stderr)
        sys.exit(3)

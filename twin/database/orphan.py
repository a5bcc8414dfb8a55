"""Tells a dead server's `postmaster.pid` from a living one's.

After a crash of the machine or a restart of a container the number in the file
often belongs to an unrelated process, and PostgreSQL then refuses to start
until somebody deletes the file by hand.
"""

from __future__ import annotations

from pathlib import Path

_PROC = Path("/proc")


def remove_stale_pid_file(data_dir: Path) -> bool:
    """Delete `postmaster.pid` when no process works in the data directory any more.

    Every PostgreSQL process has its data directory as its working directory. As
    long as one is left, shared memory may still be in use and the file stays,
    so this can never let two servers write the same files.

    Returns
    -------
    bool
        Whether a stale file was deleted. Always False where there is no /proc.
    """
    pid_file = data_dir / "postmaster.pid"
    if not pid_file.exists() or not (_PROC / "self" / "cwd").exists():
        return False
    if any(_works_in(process, data_dir.resolve()) for process in _PROC.glob("[0-9]*")):
        return False
    pid_file.unlink(missing_ok=True)
    return True


def _works_in(process: Path, directory: Path) -> bool:
    """Whether the process has, or may have, this working directory."""
    try:
        return (process / "cwd").readlink() == directory
    except PermissionError:
        # Root in a container may not look into other accounts' processes: then the owner decides.
        return _owner(process) == _owner(directory)
    except OSError:  # ended meanwhile, or ended and not yet reaped
        return False


def _owner(path: Path) -> int | None:
    try:
        return path.stat().st_uid
    except OSError:
        return None

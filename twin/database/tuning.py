"""What the private cluster's configuration says, derived from this machine.

A file of its own (`twin.conf`) is written anew at every start, so a moved
checkout or a bigger machine is followed. What an operator sets by `ALTER SYSTEM`
is read after it and wins.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

_MIB = 1024 * 1024
_SHARED_MEMORY = Path("/dev") / "shm"


def configuration(socket_dir: Path, log_dir: Path, log_compression: str) -> str:
    """Return the text of `twin.conf`.

    Parameters
    ----------
    socket_dir : Path
        The only place the cluster listens; TCP stays off.
    log_dir : Path
        Where a week of logs is kept, one file a weekday.
    log_compression : str
        Of whole pages in the write-ahead log. An index that is built writes nothing else, and `on`
        took twice as long for it as `lz4`.
    """
    memory_mb = memory_limit_mb()
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    values: dict[str, str | int | float] = {
        "listen_addresses": "",
        "unix_socket_directories": str(socket_dir),
        "unix_socket_permissions": "0700",
        "port": 5432,
        "max_connections": 100,
        # An eighth, not the usual quarter: loaders and tile workers live on the same machine.
        "shared_buffers": f"{_between(memory_mb // 8, 64, 4096)}MB",
        "effective_cache_size": f"{_between(memory_mb // 2, 256, 65536)}MB",
        "work_mem": f"{_between(memory_mb // 512, 8, 64)}MB",
        "maintenance_work_mem": f"{_between(memory_mb // 32, 64, 1024)}MB",
        "random_page_cost": 1.1,
        # A tile or an item query is shorter than compiling it, and than starting workers for it.
        "jit": "off",
        "max_parallel_workers_per_gather": 0 if cores <= 2 else 2,
        "synchronous_commit": "on",
        "wal_compression": log_compression,
        "max_wal_size": "4GB",
        "checkpoint_timeout": "15min",
        # Partitioned observations touch many tables in one statement.
        "max_locks_per_transaction": 256,
        "timezone": "UTC",
        "log_timezone": "UTC",
        "logging_collector": "on",
        "log_directory": str(log_dir),
        "log_filename": "postgres-%a.log",
        "log_rotation_age": "1d",
        "log_rotation_size": 0,
        "log_truncate_on_rotation": "on",
        "log_checkpoints": "off",
        "log_line_prefix": "%m [%p] %a ",
    }
    if sys.platform == "linux":
        values["effective_io_concurrency"] = 64
        # Containers often give 64 MB here, which fails in the middle of a parallel query.
        if _free_mb(_SHARED_MEMORY) < 256:
            values["dynamic_shared_memory_type"] = "mmap"
    lines = [f"{name} = {_quoted(value)}" for name, value in values.items()]
    return "# Written by twin at every start. Change a setting with ALTER SYSTEM, which wins.\n" + "".join(
        line + "\n" for line in lines
    )


def memory_limit_mb() -> int:
    """Memory this machine or container has, in MiB."""
    physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // _MIB
    for limit in (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes")):
        try:
            return min(physical, int(limit.read_text()) // _MIB)
        except (OSError, ValueError):  # no such file, or "max"
            continue
    return physical


def _between(value: int, low: int, high: int) -> int:
    return max(low, min(value, high))


def _free_mb(directory: Path) -> int:
    try:
        return shutil.disk_usage(directory).free // _MIB
    except OSError:
        return 0


def _quoted(value: str | int | float) -> str:
    return "'" + str(value).replace("'", "''") + "'"

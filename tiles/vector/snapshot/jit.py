"""Where compiled kernels are kept, and that no request waits while they are compiled.

numba keeps machine code by the file a function stands in and does not see that a function
of another file, which was compiled into it, has changed. So the folder is named by all of
the kernels' sources, the compiler and the processor: other code, other folder. What lies
there is run, so it is a folder nobody else can write.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
import threading
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent.parent.parent
_SOURCES = (_ROOT / "tiles" / "vector" / "snapshot" / "kernel", _ROOT / "tiles" / "solids" / "kernel")
READY = threading.Event()
"""Set once `prepare` has found every kernel compiled in this process."""
KERNELS = "kernels"
"""Folder in the state directory."""
_READY, _LOCK = "ready", "lock"
_LOOK_S = 0.1


def keep_compiled_in(folder: Path) -> Path:
    """Have numba keep its machine code below this folder; to be called before a kernel is imported.

    Returns
    -------
    Path
        The folder of these kernels.

    Raises
    ------
    OSError
        The folder cannot be made, or others can write to it.
    """
    import numba  # noqa: PLC0415 - half a second that only who compiles shall wait
    from llvmlite.binding import get_host_cpu_name  # noqa: PLC0415 - as above

    made_by = f"{numba.__version__} {sys.version} {get_host_cpu_name()}"
    digest = hashlib.blake2b(made_by.encode(), digest_size=8)
    for source in sorted(path for folder in _SOURCES for path in folder.glob("*.py")):
        digest.update(source.read_bytes())
    own = folder / digest.hexdigest()
    for each in (folder, own):
        _make_private(each)
    numba.config.CACHE_DIR = str(own)
    return own


def prepare(folder: Path, stop: threading.Event | None = None) -> bool:
    """Have every kernel compiled: the first time by a child of low priority, then from disk.

    Compiling holds the interpreter for seconds, which in this process every request would feel.

    Parameters
    ----------
    folder : Path
        Where machine code is kept.
    stop : Event, optional
        Ends the child when it is set.

    Returns
    -------
    bool
        Whether the kernels are there; False: it was stopped.

    Raises
    ------
    RuntimeError
        The child failed.
    OSError
        The folder cannot be written, or others can.
    ImportError
        numba is not there.
    Exception
        Whatever numba says of machine code it cannot read; the next call has it compiled anew.
    """
    own = keep_compiled_in(folder)
    if not (own / _READY).exists() and not _compiled_by_child(folder, stop or threading.Event()):
        return False
    try:
        _exercise()
    except Exception:
        (own / _READY).unlink(missing_ok=True)
        raise
    READY.set()
    return True


def _make_private(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.stat()
    if found.st_uid != os.geteuid() or found.st_mode & 0o022:
        raise PermissionError(
            f"'{folder}' belongs to another user or can be written by others, so no machine code is run"
            " from there; remove it, it is made anew"
        )


def _compiled_by_child(folder: Path, stop: threading.Event) -> bool:
    command = [sys.executable, "-m", "tiles.vector.snapshot.jit", str(folder)]
    # the child ends when its input does: when we end, however
    with subprocess.Popen(command, cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as child:
        while child.poll() is None:
            if stop.wait(_LOOK_S):
                child.terminate()
                return False
        if child.returncode:
            raise RuntimeError(
                f"compiling the kernels of tiles ended with {child.returncode}; its words are above"
            )
    return True


def _exercise() -> None:
    # kernels, after the folder is set
    from tiles.solids.exercise import exercise as exercise_solids  # noqa: PLC0415
    from tiles.vector.snapshot.exercise import exercise  # noqa: PLC0415

    exercise()
    exercise_solids()


def _main(folder: Path) -> None:
    os.nice(10)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    own = keep_compiled_in(folder)
    with (own / _LOCK).open("w") as file:
        # the workers of a server start together: one compiles, the others wait for it
        fcntl.flock(file, fcntl.LOCK_EX)
        if (own / _READY).exists():
            return
        for left in [*own.rglob("*.nbi"), *own.rglob("*.nbc")]:
            left.unlink()
        _exercise()
        (own / _READY).touch()


def _end_with_parent() -> None:
    # not by sys.stdin: a thread that waits in its buffer aborts the interpreter when that ends
    os.read(0, 1)
    os._exit(1)


if __name__ == "__main__":
    _main(Path(sys.argv[1]))

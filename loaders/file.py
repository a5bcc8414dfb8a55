"""The file a load is made of: there, and the same from its first byte to its last."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from twin.errors import SourceUnreadable


def require_file(path: Path) -> None:
    """Refuse what is not there, and folders, pipes and devices: opening one may wait for ever.

    Raises
    ------
    SourceUnreadable
        Says which of them.
    """
    if path.is_file():
        return
    if path.exists():
        raise SourceUnreadable(f"{path.name} is a folder, a pipe or a device, not a file")
    raise SourceUnreadable(f"{path.name}: there is no such file")


class Unchanged:
    """Notices when files are written to while they are read.

    Parameters
    ----------
    files : iterable of Path
        Made before the first look into them, the hash included.
    """

    def __init__(self, files: Iterable[Path]) -> None:
        self._before = {file: _state(file) for file in files}

    def require(self) -> None:
        """Refuse what was read.

        Raises
        ------
        SourceUnreadable
            One of them is another file by now.
        """
        for file, before in self._before.items():
            if _state(file) != before:
                raise SourceUnreadable(
                    f"{file.name} was changed while it was read; load it again when it is complete"
                )


def _state(file: Path) -> tuple[int, int, int] | None:
    try:
        found = file.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns

"""Where archives lie in the state directory."""

from __future__ import annotations

from pathlib import Path

from tiles.archive.request import check_name

SUFFIX = ".pmtiles"
_PUBLIC, _RESTRICTED = "archives", "archives-restricted"


def public_folder(state_dir: Path) -> Path:
    """Folder of the archives that are served."""
    return state_dir / _PUBLIC


def archive_path(state_dir: Path, name: str, *, public: bool) -> Path:
    """File of an archive; one with restricted rows lies where nothing is served from.

    Raises
    ------
    InvalidParameter
        It is no name of an archive.
    """
    check_name(name)
    return (public_folder(state_dir) if public else state_dir / _RESTRICTED) / f"{name}{SUFFIX}"

"""Meshes of files that were meshed before, kept in the state directory.

An entry is a folder that is renamed into place when it is whole, so a reader sees all of
it or nothing; its manifest holds a hash of every chunk, and what does not fit is thrown
away and meshed again. What was used longest ago goes first when the cache is full.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

import orjson

from loaders.ifc.ladder import Meshed

POLICY = 5
"""Raised when `loaders.ifc.meshing` makes other meshes of the same file, so that old ones are not used."""

_MANIFEST = "manifest.json"
_PARTIAL = ".part-"
_FORGOTTEN_S = 24 * 3600
"""A partial entry of this age belongs to a process that died."""


class MeshCache:
    """Meshed files by content.

    Parameters
    ----------
    folder : Path
        Made when first needed.
    limit_mb : int
        Most the entries may take together; 0 keeps nothing.
    """

    def __init__(self, folder: Path, limit_mb: int) -> None:
        self._folder, self._limit = folder, limit_mb * 1_000_000

    def fetch(self, key: str, scratch: Path) -> Meshed | None:
        """Put the chunks of an entry into a scratch folder; None where there is no whole entry."""
        entry = self._folder / key
        try:
            said = (entry / _MANIFEST).read_bytes()
        except FileNotFoundError:  # an entry is renamed into place with its manifest in it
            return None
        try:
            manifest = orjson.loads(said)
            for name, digest in manifest["chunks"].items():
                _link(entry / name, scratch / name)
                if _hash(scratch / name) != digest:
                    raise ValueError(f"{name} is not what was written")
            os.utime(entry)
        # damaged, or thrown away by another process this moment; orjson's errors are ValueErrors
        except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError):
            self._drop(entry)
            return None
        return Meshed(list(manifest["chunks"]), manifest["without"])

    def keep(self, key: str, scratch: Path, meshed: Meshed) -> None:
        """Keep what the ladder reached, unless something fell on the way: another time it may go further.

        Raises
        ------
        OSError
            The disk is full or may not be written to.
        """
        names = list(dict.fromkeys(meshed.chunks))
        size = sum((scratch / name).stat().st_size for name in names)
        if meshed.falls or size > self._limit:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix=_PARTIAL, dir=self._folder))
        try:
            for name in names:
                _link(scratch / name, partial / name)
            manifest = {"chunks": {n: _hash(partial / n) for n in names}, "without": meshed.without}
            (partial / _MANIFEST).write_bytes(orjson.dumps(manifest))
            with suppress(OSError):  # another load of the same file was first
                partial.rename(self._folder / key)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
        self._evict()

    def _evict(self) -> None:
        """Throw away what was used longest ago until the rest fits."""
        found = []
        for entry in self._folder.iterdir():
            with suppress(FileNotFoundError, NotADirectoryError):
                found.append((entry.stat().st_mtime, entry, sum(f.stat().st_size for f in entry.iterdir())))
        found.sort(key=lambda item: item[0])
        total = sum(size for _, entry, size in found if not entry.name.startswith(_PARTIAL))
        newest = found[-1][0] if found else 0.0
        for used, entry, size in found:
            if entry.name.startswith(_PARTIAL):
                if newest - used > _FORGOTTEN_S:
                    self._drop(entry)
            elif total > self._limit:
                self._drop(entry)
                total -= size

    def _drop(self, entry: Path) -> None:
        """Take an entry out in one go; of several processes one does it."""
        with suppress(FileNotFoundError):
            bin_ = Path(tempfile.mkdtemp(prefix=_PARTIAL, dir=self._folder))
            with suppress(OSError):
                entry.rename(bin_ / entry.name)
            shutil.rmtree(bin_, ignore_errors=True)


def mesh_key(file_sha256: str, wanted: Iterable[str]) -> str:
    """Name of the entry of a file: its bytes, the GlobalIds that have a body, and how they are meshed."""
    how = [POLICY, version("ifcopenshell"), version("manifold3d")]
    return hashlib.sha256(orjson.dumps([file_sha256, sorted(set(wanted)), how])).hexdigest()


def _link(source: Path, target: Path) -> None:
    """The same bytes under another name; a copy where the folders lie on two disks."""
    try:
        os.link(source, target)
    except FileNotFoundError:
        raise
    except OSError:
        shutil.copyfile(source, target)


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "blake2b").hexdigest()

"""`SharedCopies`: copies of layers that the processes of one server have in common.

Files in a folder of the running server: of each layer the columns, which nobody changes once
they are written, and a head that names them and says how far they stand. A head is replaced as
a whole and only after what it names is there; what no head names is nothing. One process at a
time makes copies, by a lock that ends with it.
"""

from __future__ import annotations

import fcntl
import hashlib
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
import structlog

from tiles.shared import version
from tiles.vector.snapshot.base import Base, columns_of, copied_from, spare_rows
from tiles.vector.snapshot.mapped import Column, mapped, place, write
from tiles.vector.snapshot.standing import Standing
from twin.errors import InvalidInput, TooLarge

if TYPE_CHECKING:
    from tiles.vector.snapshot.copied import Copied

_log = structlog.get_logger(__name__)

_PREFIX, _LOCK, _HEAD = "copies-", "lock", ".head"
_SPARE_VALUES, _SPARE_VALUES_LEAST = 16, 1024
"""A sixteenth more values are filed before each process needs a table of its own."""
_DIGEST_BYTES = 16


@dataclass(frozen=True, slots=True)
class Head:
    """What is said of the columns of a layer.

    Attributes
    ----------
    token : str
        Their name.
    server : str
        Which history of transactions `standing` speaks of.
    names : tuple of str
        Attributes.
    known : int
        Values in the dictionary.
    columns : dict of Column
        Where each is.
    standing : Standing
        How far the copy stands.
    """

    token: str
    server: str
    names: tuple[str, ...]
    known: int
    columns: dict[str, Column]
    standing: Standing


class SharedCopies:
    """Copies in a folder.

    Parameters
    ----------
    folder : Path
        Of the running server, closed to others.
    processes : int
        How many there are, each with memory of its own for what came since.
    """

    def __init__(self, folder: Path, processes: int) -> None:
        # another version of this program may read and draw otherwise
        self._folder = folder / f"{_PREFIX}{version()}"
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for other in folder.glob(f"{_PREFIX}*"):
            if other != self._folder:
                shutil.rmtree(other, ignore_errors=True)
        self.processes = processes
        # the one whose place this process takes may have been killed while it wrote
        with suppress(OSError), self.making():
            pass

    @contextmanager
    def making(self) -> Iterator[bool]:
        """Be the one who makes copies; False: another process is.

        Raises
        ------
        OSError
            The folder is gone, or cannot be locked.
        """
        with (self._folder / _LOCK).open("wb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            try:
                self._sweep()
                yield True
            finally:
                # not left to the closing: a child this process forked meanwhile has the file open too
                fcntl.flock(file, fcntl.LOCK_UN)

    def head(self, layer: str) -> Head | None:
        """What is said of a layer; None: nothing, or nothing that can be read."""
        try:
            digest, _, content = self._head(layer).read_bytes().partition(b"\n")
        except FileNotFoundError:
            return None
        try:
            if digest != _digest(content):
                raise ValueError("its checksum is another")
            told = orjson.loads(content)
            columns = {
                name: Column(one["dtype"], tuple(one["shape"]), one["offset"])
                for name, one in told["columns"].items()
            }
            standing = Standing.of(told["standing"])
        except (ValueError, KeyError, TypeError, InvalidInput) as error:
            _log.warning("shared_copy_not_read", layer=layer, error=str(error))
            return None
        return Head(told["token"], told["server"], tuple(told["names"]), told["known"], columns, standing)

    def stamp(self, layer: str) -> tuple[int, int] | None:
        """Inode and time of writing, ns since 1970, of the head; None: there is none."""
        try:
            stat = self._head(layer).stat()
        except FileNotFoundError:
            return None
        return stat.st_ino, stat.st_mtime_ns

    def write(self, layer: str, copied: Copied, standing: Standing, server: str, limit_bytes: int) -> None:
        """Write a copy that is in order, and whose dictionary nobody uses; only for who is `making`.

        Raises
        ------
        TooLarge
            The file would be larger than the limit.
        OSError
            It cannot be written; what was there before is still there.
        """
        dictionary = copied.dictionary
        dictionary.make_room(max(_SPARE_VALUES_LEAST, dictionary.known // _SPARE_VALUES), 0)
        arrays = columns_of(copied)
        if place(arrays)[1] > limit_bytes:
            raise TooLarge(f"the copy of '{layer}' takes more memory than is left for it")
        token = secrets.token_hex(8)
        columns = write(self._columns(layer, token), arrays, token)
        head = Head(token, server, copied.names, copied.dictionary.known, columns, standing)
        self._put_head(layer, head)
        self._sweep()

    def renew(self, layer: str, head: Head) -> None:
        """Say anew how far the same columns stand; only for who is `making`."""
        self._put_head(layer, head)

    def open(self, layer: str, head: Head) -> Copied:
        """Map a copy.

        Raises
        ------
        OSError
            It is gone, for a newer one is there, or cannot be mapped.
        ValueError
            It is not what its head says.
        """
        path = self._columns(layer, head.token)
        found = mapped(path, head.columns, spare_rows(head.columns), head.token)
        return copied_from(Base(head.token, path.stat().st_size, head.known, found), head.names)

    def drop(self, layer: str) -> None:
        """Have nobody begin with what is there."""
        self._head(layer).unlink(missing_ok=True)

    def held_bytes(self, without: str = "") -> int:
        """Bytes of all files but those of one layer."""
        size = 0
        for path in self._files():
            if path.name.partition(".")[0] != without:
                try:
                    size += path.stat().st_size
                except FileNotFoundError:
                    continue  # swept by another process
        return size

    def _head(self, layer: str) -> Path:
        return self._folder / f"{layer}{_HEAD}"

    def _columns(self, layer: str, token: str) -> Path:
        return self._folder / f"{layer}.{token}"

    def _files(self) -> list[Path]:
        try:
            return [path for path in self._folder.iterdir() if path.name != _LOCK]
        except FileNotFoundError:
            # another version of the program has taken over
            return []

    def _put_head(self, layer: str, head: Head) -> None:
        told = {
            "token": head.token,
            "server": head.server,
            "names": head.names,
            "known": head.known,
            "columns": {name: asdict(one) for name, one in head.columns.items()},
            "standing": head.standing.told(),
        }
        content = orjson.dumps(told)
        part = self._folder / f"{layer}.{secrets.token_hex(8)}.part"
        try:
            part.touch(mode=0o600)
            part.write_bytes(_digest(content) + b"\n" + content)
            # who reads meanwhile finds the old one or the new one, whole
            part.replace(self._head(layer))
        except OSError:
            part.unlink(missing_ok=True)
            raise

    def _sweep(self) -> None:
        """Remove what no head names; who has mapped it keeps it as long as he likes."""
        files = [path for path in self._files() if path.suffix != _HEAD]
        heads = {layer: self.head(layer) for layer in {path.name.partition(".")[0] for path in files}}
        for path in files:
            layer, _, token = path.name.partition(".")
            head = heads[layer]
            if head is None or head.token != token:
                path.unlink(missing_ok=True)


def _digest(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=_DIGEST_BYTES).hexdigest().encode()

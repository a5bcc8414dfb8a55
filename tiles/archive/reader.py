"""A PMTiles file, read with its directories kept."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson
from pmtiles.tile import (
    Compression,
    Entry,
    deserialize_directory,
    deserialize_header,
    find_tile,
    zxy_to_tileid,
)

from tiles.address import TileCoord
from twin.errors import SourceUnreadable

_HEADER_BYTES = 127
_DEEPEST = 4
"""Directories below one another, as the specification allows."""
_KEPT = 64
"""Directories kept; one holds thousands of tiles."""


Mark = tuple[int, int, int]
"""Number, time of change in ns and size of a file: another archive, another mark."""


def mark_of(stat: os.stat_result) -> Mark:
    """Tell a file from the one that takes its place."""
    return stat.st_ino, stat.st_mtime_ns, stat.st_size


class Archive:
    """An open archive. Threads may read it together.

    Parameters
    ----------
    path : Path
        The file; whoever replaces it meanwhile does not change what is read here.

    Attributes
    ----------
    mark : tuple
        Of the file that is open.
    header : dict
        As the specification names its fields.
    metadata : dict
        The JSON.

    Raises
    ------
    SourceUnreadable
        It is no PMTiles file of version 3 with gzip.
    """

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDONLY)
        try:
            self.mark = mark_of(os.fstat(self._file))
            self.header = deserialize_header(self._read(0, _HEADER_BYTES))
            if self.header["internal_compression"] != Compression.GZIP:
                raise ValueError("directories are not compressed by gzip")
            packed = self._read(self.header["metadata_offset"], self.header["metadata_length"])
            self.metadata: dict[str, Any] = orjson.loads(gzip.decompress(packed))
            self._directory: Callable[[int, int], list[Entry]] = lru_cache(_KEPT)(self._unpacked)
        except Exception as error:  # whatever the codec says of bytes that are not what they claim
            self.close()
            raise SourceUnreadable(
                f"'{path.name}' is no archive of tiles this server reads ({type(error).__name__}: {error});"
                " bake it anew"
            ) from error

    def tile(self, coord: TileCoord) -> bytes | None:
        """Bytes of a tile as they are stored; None: there is none."""
        wanted = zxy_to_tileid(coord.z, coord.x, coord.y)
        at, length = self.header["root_offset"], self.header["root_length"]
        for _ in range(_DEEPEST):
            entry = find_tile(self._directory(at, length), wanted)
            if entry is None:
                return None
            if entry.run_length:
                return self._read(self.header["tile_data_offset"] + entry.offset, entry.length)
            at, length = self.header["leaf_directory_offset"] + entry.offset, entry.length
        raise SourceUnreadable("directories of an archive of tiles lead in a circle; bake it anew")

    def close(self) -> None:
        """Close the file; nothing is read after."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def __del__(self) -> None:
        # a request may still read an archive that was replaced: the last one to let go closes it
        if getattr(self, "_file", -1) >= 0:
            self.close()

    def _unpacked(self, at: int, length: int) -> list[Entry]:
        return deserialize_directory(self._read(at, length))

    def _read(self, at: int, length: int) -> bytes:
        data = os.pread(self._file, length, at)
        if len(data) < length:
            raise SourceUnreadable("an archive of tiles is shorter than it says; bake it anew")
        return data

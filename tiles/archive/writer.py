"""A PMTiles file, version 3, written from tiles that come in the order of their ids.

The package `pmtiles` packs and reads its directories and header. Its `Writer` is not used: it
keeps an object for every tile until the end, and takes two tiles for the same when their
64-bit `hash` is. Here a directory is packed as soon as it is full.
"""

from __future__ import annotations

import gzip
import hashlib
import shutil
import tempfile
from pathlib import Path
from typing import Any, BinaryIO

import orjson
from pmtiles.tile import Compression, Entry, TileType, serialize_directory, serialize_header

from tiles.address import Box

_HEADER_BYTES = 127
_ROOT_BYTES = 16_384 - _HEADER_BYTES
"""The specification wants header and root directory in the first 16,384 bytes."""
_LEAF_ENTRIES = 4096
_MOST_LEAVES = 1024
"""Ten bytes an entry at the most, so a root of these fits."""
_SMALL_BYTES = 512
_REMEMBERED = 65_536
"""Small tiles are compared with so many before them: the inside of a lake is the same tile again."""


class ArchiveWriter:
    """Writes tiles, then all that stands before them.

    Parameters
    ----------
    file : binary file
        Where the archive goes.
    most : int
        Tiles at the most; decides the size of a directory.
    scratch : Path
        Folder for tiles and directories until their places are known.
    """

    def __init__(self, file: BinaryIO, most: int, scratch: Path) -> None:
        self._file = file
        self._leaf_entries = max(_LEAF_ENTRIES, -(-most // _MOST_LEAVES))
        self._tiles = tempfile.TemporaryFile(dir=scratch)  # noqa: SIM115 - closed by finish
        self._leaves = tempfile.TemporaryFile(dir=scratch)  # noqa: SIM115 - as above
        self._open: list[Entry] = []
        self._root: list[Entry] = []
        self._known: dict[bytes, int] = {}
        self._last: bytes = b""
        self._at = self._leaves_at = 0
        self._addressed = self._entries = self._contents = 0

    def add(self, tile_id: int, data: bytes) -> None:
        """Write the next tile."""
        self._addressed += 1
        last = self._open[-1] if self._open else None
        digest = hashlib.blake2b(data, digest_size=16).digest() if len(data) <= _SMALL_BYTES else b""
        offset = self._known.get(digest) if digest else None
        if (
            last is not None
            and offset == last.offset
            and last.length == len(data)
            and tile_id == last.tile_id + last.run_length
        ):
            last.run_length += 1
            return
        if offset is None:
            offset = self._at
            self._tiles.write(data)
            self._at += len(data)
            self._contents += 1
            if digest and len(self._known) < _REMEMBERED:
                self._known[digest] = offset
        if len(self._open) == self._leaf_entries:
            self._close_leaf()
        self._open.append(Entry(tile_id, offset, len(data), 1))
        self._entries += 1

    def finish(self, metadata: dict[str, Any], *, min_zoom: int, max_zoom: int, bounds: Box) -> None:
        """Write header, directories and metadata, then the tiles.

        Parameters
        ----------
        metadata : dict
            The JSON of the archive.
        min_zoom, max_zoom : int
            Zooms.
        bounds : tuple of float
            West, south, east, north, degrees.
        """
        root = serialize_directory(self._open)
        if self._root or len(root) > _ROOT_BYTES:
            self._close_leaf()
            root = serialize_directory(self._root)
        said = gzip.compress(orjson.dumps(metadata, option=orjson.OPT_SORT_KEYS), 6, mtime=0)
        west, south, east, north = (round(value * 1e7) for value in bounds)
        metadata_at = _HEADER_BYTES + len(root)
        leaves_at = metadata_at + len(said)
        header = serialize_header({
            "version": 3,
            "root_offset": _HEADER_BYTES, "root_length": len(root),
            "metadata_offset": metadata_at, "metadata_length": len(said),
            "leaf_directory_offset": leaves_at, "leaf_directory_length": self._leaves_at,
            "tile_data_offset": leaves_at + self._leaves_at, "tile_data_length": self._at,
            "addressed_tiles_count": self._addressed, "tile_entries_count": self._entries,
            "tile_contents_count": self._contents, "clustered": True,
            "internal_compression": Compression.GZIP, "tile_compression": Compression.GZIP,
            "tile_type": TileType.MVT, "min_zoom": min_zoom, "max_zoom": max_zoom,
            "min_lon_e7": west, "min_lat_e7": south, "max_lon_e7": east, "max_lat_e7": north,
            "center_zoom": min_zoom,
            "center_lon_e7": (west + east) // 2, "center_lat_e7": (south + north) // 2,
        })  # fmt: skip
        self._file.write(header + root + said)
        for each in (self._leaves, self._tiles):
            each.seek(0)
            shutil.copyfileobj(each, self._file, 1 << 20)
        self.close()

    def close(self) -> None:
        """Give the scratch files back; safe to call twice."""
        self._leaves.close()
        self._tiles.close()

    def _close_leaf(self) -> None:
        packed = serialize_directory(self._open)
        self._root.append(Entry(self._open[0].tile_id, self._leaves_at, len(packed), 0))
        self._leaves.write(packed)
        self._leaves_at += len(packed)
        self._open = []

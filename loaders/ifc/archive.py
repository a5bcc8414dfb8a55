"""Take the one model out of an .ifczip or .ifc.gz, counting bytes while they stream."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import IO

from twin.errors import SourceUnreadable, TooLarge

_MODEL = {".ifc", ".ifcxml"}
_DEFLATE64 = 9
_READABLE = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA}
_MOST_RATIO = 200
"""IFC text packs 5 to 20 times; more than this is not a model."""
_RATIO_FROM_BYTES = 10_000_000
_CHUNK = 1 << 20


def unpacked_name(path: Path) -> Path:
    """`tower.ifc.gz` as `tower.ifc`; every other name as it is."""
    return path.with_suffix("") if path.suffix.lower() == ".gz" else path


def unpack(path: Path, scratch: Path, max_bytes: int) -> Path:
    """Write the archive's model to `scratch` under a name of ours.

    Parameters
    ----------
    path : Path
        A zip archive with one `.ifc` or `.ifcxml` member.
    scratch : Path
        Folder that is thrown away afterwards.
    max_bytes : int
        Largest unpacked model.

    Raises
    ------
    SourceUnreadable
        Not a zip, no model or several in it, a name that leads out of the archive,
        a password, or a compression the standard library cannot read (Deflate64).
    TooLarge
        The model unpacks to more than `max_bytes` or is packed like a zip bomb.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            member = _model(archive, path.name)
            target = scratch / f"model{PurePosixPath(member.filename).suffix.lower()}"
            _copy(archive, member, target, max_bytes)
            return target
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError) as error:
        raise _broken(path, error) from error
    except RuntimeError as error:  # zipfile says "password required" this way
        raise SourceUnreadable(f"{path.name}: {error}; give the model without a password") from error


def gunzip(path: Path, scratch: Path, max_bytes: int) -> Path:
    """Write a model packed with gzip to `scratch`.

    Parameters
    ----------
    path : Path
        A gzip file.
    scratch : Path
        Folder that is thrown away afterwards.
    max_bytes : int
        Largest unpacked model.

    Raises
    ------
    SourceUnreadable
        Damaged or cut short.
    TooLarge
        The model unpacks to more than `max_bytes` or is packed like a zip bomb.
    """
    # what it is, its content says: its name may have been anything
    target = scratch / "model.ifc"
    try:
        with gzip.open(path) as source:
            _stream(source, target, max_bytes, max(path.stat().st_size, 1), path.name)
    except (EOFError, OSError, zlib.error) as error:
        raise _broken(path, error) from error
    return target


def _broken(path: Path, error: Exception) -> SourceUnreadable:
    return SourceUnreadable(f"{path.name}: the archive is broken ({error}); export or download it again")


def _model(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    models = []
    for member in archive.infolist():
        if member.is_dir():
            continue
        parts = PurePosixPath(member.filename.replace("\\", "/"))
        if parts.is_absolute() or ".." in parts.parts or "\0" in member.filename or ":" in parts.parts[0]:
            raise SourceUnreadable(
                f"{name}: the member name {member.filename!r} leads out of the archive; "
                "such an archive is not opened at all"
            )
        if parts.suffix.lower() in _MODEL:
            models.append(member)
    if len(models) != 1:
        found = "no model (.ifc, .ifcxml)" if not models else f"{len(models)} models"
        raise SourceUnreadable(f"{name}: the archive holds {found}; an .ifczip holds exactly one")
    return models[0]


def _copy(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, max_bytes: int) -> None:
    name = PurePosixPath(archive.filename or "archive").name
    if member.compress_type not in _READABLE:
        kind = "Deflate64" if member.compress_type == _DEFLATE64 else f"method {member.compress_type}"
        raise SourceUnreadable(
            f"{name}: {member.filename} is packed with {kind}, which is not supported; "
            "pack it again with plain Deflate, or give the .ifc itself"
        )
    # The sizes of the directory are the packer's word; only bytes that arrive count.
    with archive.open(member) as source:
        _stream(source, target, max_bytes, max(member.compress_size, 1), f"{name}: {member.filename}")


def _stream(source: IO[bytes], target: Path, max_bytes: int, packed: int, name: str) -> None:
    written = 0
    with target.open("wb") as sink:
        while chunk := source.read(_CHUNK):
            written += len(chunk)
            if written > max_bytes:
                raise TooLarge(
                    f"{name} unpacks to more than {max_bytes // 1_000_000} MB; "
                    "raise TWIN_LOAD_MEMORY_MB or split the model"
                )
            if written > _RATIO_FROM_BYTES and written > _MOST_RATIO * packed:
                raise TooLarge(
                    f"{name} unpacks {_MOST_RATIO} times and more, as zip bombs do; "
                    "give the unpacked .ifc if it is a real model"
                )
            sink.write(chunk)

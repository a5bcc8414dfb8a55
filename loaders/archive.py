"""Zip archives from strangers: checked before and while they are unpacked."""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections import Counter
from pathlib import Path, PurePosixPath

from twin.errors import SourceUnreadable, TooLarge

_MEMBERS = 2_000
_RATIO = 200
"""Shapefiles full of zeros reach 100; bombs start at 1,000."""
_SMALL = 10 * 1024 * 1024
_PIECE = 1 << 20
_UTF8_FLAG = 0x800


def unpack(archive: Path, folder: Path, *, limit_mb: int = 4096) -> list[Path]:
    """Unpack a zip archive into a folder.

    Parameters
    ----------
    archive : Path
        The file.
    folder : Path
        Existing folder; nothing is written outside of it.
    limit_mb : int
        Most the members may hold together.

    Returns
    -------
    list of Path
        The files, in the order of the archive.

    Raises
    ------
    SourceUnreadable
        Not a zip archive, damaged, encrypted, or a name that leads out of the folder.
    TooLarge
        Too many members, too many bytes, or a compression only bombs reach.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            members = [member for member in opened.infolist() if not member.is_dir()]
            if len(members) > _MEMBERS:
                raise TooLarge(f"{archive.name} has {len(members)} members, more than {_MEMBERS}")
            names = [_safe_name(archive, member) for member in members]
            twice = next((name for name, count in Counter(names).items() if count > 1), None)
            if twice is not None:
                raise SourceUnreadable(f"{archive.name} holds {twice} twice; pack it again")
            left = limit_mb * 1024 * 1024
            files = []
            for member, name in zip(members, names, strict=True):
                if member.file_size > _SMALL and member.file_size > _RATIO * max(member.compress_size, 1):
                    raise TooLarge(
                        f"{archive.name}: {name} unpacks to {member.file_size} bytes"
                        f" from {member.compress_size}, as zip bombs do;"
                        " give the unpacked file if it is a real one"
                    )
                target = folder.joinpath(*name.parts)
                target.parent.mkdir(parents=True, exist_ok=True)
                left -= _extract(opened, member, target, min(left, member.file_size + _PIECE), archive)
                files.append(target)
            return files
    except OSError as error:  # without the path, which is one of ours
        raise SourceUnreadable(f"{archive.name} cannot be unpacked: {error.strerror or error}") from error
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error) as error:
        raise SourceUnreadable(f"{archive.name} cannot be unpacked: {error}") from error


def _extract(
    opened: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, limit: int, archive: Path
) -> int:
    """Bytes written; the declared size may lie, so they are counted."""
    written = 0
    with opened.open(member) as packed, target.open("xb") as file:
        while piece := packed.read(_PIECE):
            written += len(piece)
            if written > limit:
                raise TooLarge(
                    f"{archive.name}: {target.name} unpacks to more than it says or than is allowed"
                )
            file.write(piece)
    return written


def _safe_name(archive: Path, member: zipfile.ZipInfo) -> PurePosixPath:
    text = member.filename
    if not member.flag_bits & _UTF8_FLAG:
        # Chinese Windows writes GBK without saying so
        raw = text.encode("cp437")
        for encoding in ("utf-8", "gb18030"):
            try:
                text = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    name = PurePosixPath(text.replace("\\", "/"))
    odd = name.is_absolute() or ".." in name.parts or "\0" in text or ":" in (name.parts or ("",))[0]
    if odd or not name.parts:
        raise SourceUnreadable(f"{archive.name}: the member name {text!r} leads out of the archive; refused")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise SourceUnreadable(f"{archive.name}: {text!r} is a link; refused")
    return name

"""What files that stay files have in common: a name in addresses, and the hash of their content."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from twin.errors import InvalidParameter, SourceUnreadable

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")


def file_hash(*paths: Path) -> str:
    """SHA-256 of files one after the other, hexadecimal.

    Raises
    ------
    SourceUnreadable
        One of them cannot be read.
    """
    digest = hashlib.sha256()
    for path in paths:
        try:
            with path.open("rb") as file:
                while block := file.read(1 << 20):
                    digest.update(block)
        except OSError as error:
            raise SourceUnreadable(f"{path}: {error.strerror or error}") from error
    return digest.hexdigest()


def name_of(stem: str, kind: str) -> str:
    """Name in addresses from a file name; one that has no Latin letter gets a number of its own."""
    slug = re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-")[:63].strip("-")
    return slug or f"{kind}-{hashlib.sha256(stem.encode()).hexdigest()[:8]}"


def checked_name(name: str) -> str:
    """Return a name that can stand in an address.

    Raises
    ------
    InvalidParameter
        It cannot.
    """
    if not _NAME.fullmatch(name):
        raise InvalidParameter(
            "name", f"'{name[:80]}' is not 1 to 63 of a-z, 0-9, '-' and '_', first a letter or digit"
        )
    return name

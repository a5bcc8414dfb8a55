"""GlobalIds of an exported model: those the objects came with, and made ones that are the same each time."""

from __future__ import annotations

import uuid

import ifcopenshell.guid

_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_$")
_LENGTH = 22


class Identities:
    """Gives each thing of a file a GlobalId no other one has.

    Parameters
    ----------
    salt : str
        What the file is about; makes the made ones differ from those of other files.
    """

    def __init__(self, salt: str) -> None:
        self._salt = salt
        self._used: set[str] = set()

    def __call__(self, path: str) -> str:
        """The path itself where it is a GlobalId and free; else one made of it."""
        stated = len(path) == _LENGTH and path[0] in "0123" and set(path) <= _LETTERS
        if stated and path not in self._used:
            self._used.add(path)
            return path
        name = f"{self._salt}/{path}"
        while True:
            made = ifcopenshell.guid.compress(uuid.uuid5(uuid.NAMESPACE_URL, f"city-twin/{name}").hex)
            if made not in self._used:
                self._used.add(made)
                return str(made)
            name += "+"

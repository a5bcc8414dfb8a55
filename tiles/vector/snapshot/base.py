"""`Base`: the file of a copy that processes share, and how a copy is written to one and opened from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from tiles.vector.snapshot.mapped import Column, Mapped
from tiles.vector.snapshot.rows import Array, Rows

if TYPE_CHECKING:
    from tiles.vector.snapshot.copied import Copied
    from tiles.vector.snapshot.dictionary import Dictionary
    from tiles.vector.snapshot.room import Room

_ROWS = tuple(one.name for one in fields(Rows))
_SPARE = 4
"""A quarter of what is there, for it costs nothing until it is used, and at least:"""
_SPARE_LEAST = {
    "part_point": 1 << 15, "part_hole": 1 << 15, "xy": 1 << 17,
    "value_bytes": 8 << 20, "value_start": 1 << 17,
}  # fmt: skip
_SPARE_ROWS = 1 << 14
_SPARE_NONE = frozenset({"keys", "alive", "value_table"})
_PAGE_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Base:
    """What a copy was opened from.

    Attributes
    ----------
    token : str
        Name of the file.
    nbytes : int
        Its size.
    known : int
        Values in it.
    mapped : Mapped
        Its columns in this process.
    """

    token: str
    nbytes: int
    known: int
    mapped: Mapped

    def own_bytes(self, rows: Rows, room: Room | None, alive: Array, dictionary: Dictionary) -> int:
        """Memory a process has beside the file, bytes."""
        known, own = dictionary.known, self.mapped.own_bytes
        size = own("alive", alive, len(alive)) + own("value_start", dictionary.start, known + 1)
        size += own("value_bytes", dictionary.bytes, dictionary.used_bytes)
        if self.mapped.holds(dictionary.table):
            # each new value is filed on another page
            size += min(dictionary.table.nbytes, (known - self.known) * _PAGE_BYTES)
        else:
            size += dictionary.table.nbytes
        if room is not None and not self.mapped.holds(rows.ids):
            return size + room.nbytes
        return size + sum(own(name, getattr(rows, name), len(getattr(rows, name))) for name in _ROWS)


def columns_of(copied: Copied) -> dict[str, Array]:
    """Arrays of a copy that is in order, as they are written."""
    dictionary = copied.dictionary
    return {name: getattr(copied.rows, name) for name in _ROWS} | {
        "keys": copied.keys,
        "alive": copied.alive,
        "value_bytes": dictionary.bytes[: dictionary.used_bytes],
        "value_start": dictionary.start[: dictionary.known + 1],
        "value_table": dictionary.table,
    }


def spare_rows(columns: Mapping[str, Column]) -> dict[str, int]:
    """For how many more rows there is to be space behind each column."""
    return {
        name: max(_SPARE_LEAST.get(name, _SPARE_ROWS), one.shape[0] // _SPARE)
        for name, one in columns.items()
        if name not in _SPARE_NONE
    }


def copied_from(base: Base, names: tuple[str, ...]) -> Copied:
    """Copy that lies in a file."""
    # here and not above: these bring numba
    from tiles.vector.snapshot.copied import Copied  # noqa: PLC0415
    from tiles.vector.snapshot.dictionary import Dictionary  # noqa: PLC0415
    from tiles.vector.snapshot.room import Room  # noqa: PLC0415

    arrays, columns = base.mapped.arrays, base.mapped.columns
    rows = Rows(**{name: arrays[name][: columns[name].shape[0]] for name in _ROWS})
    return Copied(
        rows,
        arrays["keys"],
        arrays["alive"],
        Dictionary.over(arrays["value_bytes"], arrays["value_start"], arrays["value_table"], base.known),
        names,
        Room({name: arrays[name] for name in _ROWS}),
        base,
    )

"""`Table`: what the features of a tile say of themselves, column by column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Table:
    """Features, one after another.

    Attributes
    ----------
    columns : mapping
        Values of each column, as many as there are features; None: not known.
    """

    columns: Mapping[str, Sequence[Any]]

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))

    def __getitem__(self, name: str) -> Sequence[Any]:
        # nobody has every column
        return self.columns[name] if len(self) else ()

    @classmethod
    def of_rows(cls, names: Iterable[str], rows: Sequence[Mapping[str, Any]]) -> Table:
        """Columns of rows."""
        return cls({name: [row[name] for row in rows] for name in names})

    def says(self, name: str) -> bool:
        """Whether anything is known in a column."""
        return self[name].count(None) < len(self)

    def known(self, name: str) -> Table:
        """Features of which a value is known."""
        wanted = self[name]
        if None not in wanted:
            return self
        rows = [i for i, value in enumerate(wanted) if value is not None]
        return Table({one: [values[i] for i in rows] for one, values in self.columns.items()})


@dataclass(frozen=True, slots=True)
class Values:
    """What some of the features of a tile say; those before and after them say nothing.

    Attributes
    ----------
    known : sequence
        Values of features in a row; None: not known.
    first : int
        Number of the first of them.
    """

    known: Sequence[Any]
    first: int = 0

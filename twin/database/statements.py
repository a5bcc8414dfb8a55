"""SQL as files: `statement("twin.queries", "building_by_id")` reads `sql/building_by_id.sql` there."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files


@lru_cache(maxsize=512)
def statement(package: str, name: str) -> str:
    """Text of a named statement; binds are written `%(name)s`.

    Parameters
    ----------
    package : str
        Dotted name of the package that asks.
    name : str
        File name in its `sql` folder, without suffix.

    Raises
    ------
    FileNotFoundError
        There is no such file: a fault of ours, not of a caller.
    """
    return files(package).joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")

"""Limits of the rules: ours, each with its source, and a user's TOML over them."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

from twin.errors import InvalidInput

Limits = dict[str, dict[str, Any]]


def read_limits(path: Path | None = None) -> Limits:
    """Our limits, with those of a TOML file in their place.

    Parameters
    ----------
    path : Path, optional
        Tables and keys as in `limits.toml`. A table that changes a value names its own
        `source`; otherwise the source is the file.

    Raises
    ------
    InvalidInput
        Not TOML, a table or key there is no limit of, or a value of another kind or below zero.
    """
    ours: Limits = tomllib.loads(
        files("loaders.ifc.check").joinpath("limits.toml").read_text(encoding="utf-8")
    )
    if path is None:
        return ours
    try:
        theirs = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{path.name} is not TOML: {error}") from error
    for table, values in theirs.items():
        if table not in ours or not isinstance(values, dict):
            raise InvalidInput(f"{path.name}: [{table}] is no table of limits; there are {', '.join(ours)}")
        for key, value in values.items():
            _require(path.name, ours, table, key, value)
        ours[table] |= {"source": path.name, "verified": False} | values
    return ours


def _require(file: str, ours: Limits, table: str, key: str, value: Any) -> None:
    if key not in ours[table]:
        raise InvalidInput(
            f"{file}: [{table}] has no limit '{key}'; there are "
            f"{', '.join(k for k in ours[table] if k not in ('source', 'verified'))}"
        )
    kind = "a yes or no" if key == "verified" else "a text" if key == "source" else "a number of 0 or more"
    expected = ours[table][key]
    if isinstance(expected, dict):
        fits = isinstance(value, dict) and set(value) == set(expected) and all(map(_number, value.values()))
        kind = f"a table of numbers for {', '.join(expected)}"
    elif isinstance(expected, bool | str):
        fits = isinstance(value, type(expected))
    else:
        fits = _number(value)
    if not fits:
        raise InvalidInput(f"{file}: [{table}] {key} must be {kind}, not {value!r}")


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e9


def shown(limits: Limits, table: str) -> dict[str, Any]:
    """A table of limits as a result shows it: `values`, `source`, `verified`."""
    known = limits[table]
    return {
        "values": {key: value for key, value in known.items() if key not in ("source", "verified")},
        "source": known["source"],
        "verified": known["verified"],
    }

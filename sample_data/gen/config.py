"""The one reader of `sample_data/config.toml`."""

from __future__ import annotations

import datetime as dt
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from twin.errors import InvalidParameter

ROOT = Path(__file__).resolve().parent.parent


@cache
def config() -> dict[str, Any]:
    """Read the settings of the sample city, once a process."""
    return tomllib.loads((ROOT / "config.toml").read_text(encoding="utf-8"))


def profile(name: str) -> dict[str, Any]:
    """Look a profile up.

    Raises
    ------
    InvalidParameter
        The configuration has none of that name.
    """
    profiles = config()["profile"]
    if name not in profiles:
        raise InvalidParameter("profile", f"{name!r} is not one of {', '.join(profiles)}")
    return dict(profiles[name])


def as_of() -> dt.date:
    """Return the day the city is described for."""
    return dt.date.fromisoformat(config()["as_of"])

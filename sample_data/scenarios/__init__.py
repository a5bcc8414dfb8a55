"""Overlays on the live feeds: a tower fire and a flood, with their events."""

from __future__ import annotations

from sample_data.scenarios.fire import fire
from sample_data.scenarios.flood import flood
from sample_data.scenarios.scenario import Scenario

SCENARIOS = ("fire", "flood")
"""Names that `scenario` knows."""


def scenario(name: str) -> Scenario:
    """Give a scenario by its name; ValueError says which there are."""
    if name == "fire":
        return fire()
    if name == "flood":
        return flood()
    raise ValueError(f"there is no scenario '{name}'; there are {', '.join(SCENARIOS)}")

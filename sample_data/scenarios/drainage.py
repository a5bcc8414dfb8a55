"""The pump station in the flood: basin level and the six pumps, from rain to river."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from sample_data.feeds.chance import Array
from sample_data.scenarios.hydrology import STEP_H, STEPS, flood_series

PUMPS = 6
PUMP_M3_S = 8.0
FIRST_START_M, STEP_M = 1.2, 0.3
FAILED_PUMP, FAILED_STEPS = 3, range(92, 99)  # 00:40 for 35 minutes
_CATCHMENT_M2, _RUNOFF, _DELAY_H = 6.29e6, 0.55, 1.0
_BASIN_M2, _START_M, _BRIM_M = 150_000.0, 0.9, 3.3


@dataclass(frozen=True, slots=True)
class Station:
    """Basin level (EPSG:5737 metres) by step and discharge of each pump (m3/s), steps x pumps."""

    basin_m: Array
    pumps_m3_s: Array


@cache
def station_series() -> Station:
    """Run the basin: pump n starts at 1.2 + 0.3 (n - 1) m and stops 0.3 m lower.

    Above the brim water stays in the streets, so the level does not rise further.
    """
    inflow, level = 0.0, _START_M
    on = np.zeros(PUMPS, dtype=bool)
    basin, pumps = np.empty(STEPS), np.empty((STEPS, PUMPS))
    starts = FIRST_START_M + STEP_M * np.arange(PUMPS)
    for step, intensity in enumerate(flood_series().rain_mm_h):
        arriving = _RUNOFF * intensity / 1000 * _CATCHMENT_M2 / 3600
        inflow += (arriving - inflow) * STEP_H / _DELAY_H
        on = (level >= starts) | (on & (level > starts - STEP_M))
        running = on.copy()
        if step in FAILED_STEPS:
            running[FAILED_PUMP - 1] = False
        pumps[step] = running * PUMP_M3_S
        level += (inflow - pumps[step].sum()) * STEP_H * 3600 / _BASIN_M2
        level = min(_BRIM_M, max(_START_M - 0.3, level))
        basin[step] = level
    return Station(basin, pumps)

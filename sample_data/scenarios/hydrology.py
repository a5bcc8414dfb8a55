"""The flood of 7 September 2023 in numbers: rain, river, reservoir, ponding.

Rain depths of 2, 3, 6, 12 and 24 h are the published Shenzhen records; the 1 h
value is chosen. Everything else is a small explicit model in 5-minute steps.
A value at step n is that of the moment n * 5 min after 17:00.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sample_data.feeds.chance import Array
from sample_data.feeds.profiles import stage_m, tide_at

STEP_H = 1 / 12
STEPS = 288
_HOURS = np.array([0.0, 1, 2, 3, 6, 12, 24])
_DEPTH_MM = np.array([0.0, 115, 195.8, 246.8, 349.7, 465.5, 522.8])
_PEAK_RATIO, _PEAK_H = 0.25, 6.0
_BUJI = (63e6, 0.42, 3.0)  # catchment m2, runoff coefficient, storage constant h
_RESERVOIR = (60.5e6, 0.32, 1.5)
_RESERVOIR_AREA_M2, _RESERVOIR_START_M = 3.14e6, 26.40
_RELEASE = ((7.25, 75.0), (10.25, 120.0))  # from 00:15 and from 03:15, m3/s

# point: area ha, drain mm/h, water surface at zero depth m2, growth m2 per m of depth
POINTS: dict[str, tuple[float, float, float, float]] = {
    "FP01": (5.2, 55, 1800, 9000),
    "FP02": (3.8, 50, 2600, 16000),
    "FP03": (2.6, 60, 900, 5000),
    "FP04": (4.4, 60, 6000, 40000),
    "FP05": (6.5, 50, 3000, 12000),
    "FP06": (1.9, 36, 800, 6500),
    "FP07": (3.1, 65, 5200, 40000),
    "FP08": (7.8, 70, 9000, 60000),
}


def cumulative_mm(hours: NDArray[np.floating[Any]]) -> Array:
    """Rain since 17:00, mm: the depth-duration curve folded round its peak at 23:00."""
    r = _PEAK_RATIO
    total = _DEPTH_MM[-1]
    before = r * (total - np.interp((_PEAK_H - hours) / r, _HOURS, _DEPTH_MM))
    after = r * total + (1 - r) * np.interp((hours - _PEAK_H) / (1 - r), _HOURS, _DEPTH_MM)
    folded: Array = np.where(hours < _PEAK_H, before, after)
    return folded


@dataclass(frozen=True, slots=True)
class Flood:
    """Series of 288 steps.

    Attributes
    ----------
    rain_mm_h : Array
        Intensity during the step.
    flow_m3_s, stage_m : Array
        Buji River at the core.
    inflow_m3_s, reservoir_m : Array
        Shenzhen Reservoir.
    ponding_m : dict of str to Array
        Water depth at each flood point.
    """

    rain_mm_h: Array
    flow_m3_s: Array
    stage_m: Array
    inflow_m3_s: Array
    reservoir_m: Array
    ponding_m: dict[str, Array]


def _linear_reservoir(rain_mm_h: Array, catchment: tuple[float, float, float]) -> Array:
    area, runoff, constant_h = catchment
    flow, series = 0.0, []
    for intensity in rain_mm_h:
        inflow = runoff * intensity / 1000 * area / 3600
        flow += (inflow - flow) * STEP_H / constant_h
        series.append(flow)
    return np.array(series)


def _reservoir(inflow: Array) -> Array:
    level, series = _RESERVOIR_START_M, []
    for step, flow in enumerate(inflow):
        release = max((rate for since, rate in _RELEASE if step * STEP_H >= since), default=0.0)
        level += (flow - release) * STEP_H * 3600 / _RESERVOIR_AREA_M2
        series.append(level)
    return np.array(series)


def _ponding(rain_mm_h: Array, stage: Array, point: tuple[float, float, float, float]) -> Array:
    """Depth of a low spot whose drains choke while the river stands high."""
    hectares, drain_mm_h, surface, growth = point
    area, volume, series = hectares * 1e4, 0.0, []
    for intensity, level in zip(rain_mm_h, stage, strict=True):
        choked = min(1.0, max(0.3, 1 - (level - 2.5) / 4))
        volume += 0.85 * intensity / 1000 * area * STEP_H
        volume -= min(volume, drain_mm_h / 1000 * choked * area * STEP_H)
        series.append((-surface + (surface**2 + 2 * growth * volume) ** 0.5) / growth)
    return np.array(series)


@cache
def flood_series() -> Flood:
    """Run the model once a process."""
    hours = np.arange(STEPS + 1) * STEP_H
    rain = np.diff(cumulative_mm(hours)) / STEP_H
    flow = _linear_reservoir(rain, _BUJI)
    stage = np.array([stage_m(tide_at(t), q) for t, q in zip(hours, flow, strict=False)])
    inflow = _linear_reservoir(rain, _RESERVOIR)
    ponding = {code: _ponding(rain, stage, point) for code, point in POINTS.items()}
    return Flood(rain, flow, stage, inflow, _reservoir(inflow), ponding)


def clock(step: int) -> str:
    """Time of day of a step.

    >>> clock(0), clock(84)
    ('17:00', '00:00')
    """
    minutes = 17 * 60 + 5 * step
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"

"""Which device speaks when: its own period, spread evenly, and at once when its state changes."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from sample_data.feeds.chance import Array, uniforms
from sample_data.feeds.feed import Fleet

_SHORTEST_S = 5.0


class Schedule:
    """Due times of a fleet.

    Parameters
    ----------
    fleet : Fleet
        The devices.
    hurried : collection of str
        Kinds whose periods shrink with `speed`, down to 5 s, because a scenario
        makes their day pass faster.
    speed : float
        Scenario seconds a real second brings.
    """

    def __init__(self, fleet: Fleet, hurried: Collection[str] = (), speed: float = 1.0) -> None:
        period = np.array([float(max(1, d.period_s)) for d in fleet.devices])
        fast = np.array([d.type in hurried for d in fleet.devices], dtype=bool)
        quick = np.maximum(np.minimum(period, _SHORTEST_S), period / max(1.0, speed))
        self.period_s = np.where(fast, quick, period)
        self._phase_s = uniforms(fleet.codes, "phase") * self.period_s
        self._turn = np.full(len(period), np.iinfo(np.int64).min)
        # limits as sign * value >= sign * limit; a missing limit is never reached
        self._sign = np.array([1.0 if d.direction == "above" else -1.0 for d in fleet.devices])
        self._attention = self._limits([d.attention for d in fleet.devices])
        self._at_night = self._limits([d.attention if d.night_attention is None else d.night_attention
                                       for d in fleet.devices])  # fmt: skip
        self._alarm = self._limits([d.alarm for d in fleet.devices])
        self._state = np.zeros(len(period), dtype=np.int64)

    def _limits(self, limits: list[float | None]) -> Array:
        return np.array([np.inf if x is None else s * x for x, s in zip(limits, self._sign, strict=True)])

    def due(self, t_s: float) -> NDArray[np.bool_]:
        """Devices whose turn has come since the last call; the first call finds all."""
        turn = np.floor((t_s - self._phase_s) / self.period_s).astype(np.int64)
        late: NDArray[np.bool_] = turn > self._turn
        self._turn = turn
        return late

    def changed(self, values: Array, *, night: bool = False) -> NDArray[np.bool_]:
        """Devices that crossed a limit since the last call; NaN (not asked) counts as unchanged.

        At `night` the night limits hold for those that have one.
        """
        level = self._sign * values
        state = (level >= (self._at_night if night else self._attention)).astype(np.int64)
        state[level >= self._alarm] = 2
        state = np.where(np.isnan(values), self._state, state)
        crossed: NDArray[np.bool_] = state != self._state
        self._state = state
        return crossed

"""The simulator's loop: every second, the readings that are due."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event as Flag

import numpy as np

from sample_data.feeds import profiles
from sample_data.feeds.chance import Array
from sample_data.feeds.feed import DECIMALS, Fleet
from sample_data.scenarios.scenario import Scenario
from sample_data.simulator.outbox import Outbox
from sample_data.simulator.schedule import Schedule
from sample_data.simulator.story import Story

TICK_S = 1.0
_BACKFILL_STEP_S = 600.0
_REPORT_S = 30.0


class Simulator:
    """A fleet that speaks to a server.

    Parameters
    ----------
    fleet : Fleet
        The devices.
    outbox : Outbox
        Where readings go.
    say : callable
        Told one line of progress at a time.
    clock : callable
        Unix time, seconds.
    """

    def __init__(
        self, fleet: Fleet, outbox: Outbox, say: Callable[[str], None], clock: Callable[[], float] = time.time
    ) -> None:
        self.fleet, self.outbox = fleet, outbox
        self._say, self._clock = say, clock
        self._scenario: Scenario | None = None
        self._story: Story | None = None
        self._speed, self._began_s = 1.0, 0.0
        self._schedule = Schedule(fleet)

    def play(
        self, scenario: Scenario, story: Story, speed: float | None = None, began_s: float | None = None
    ) -> None:
        """Start a scenario; its clock then runs `speed` times as fast as the wall's.

        `began_s` is the Unix time it began at, by default now: a simulator that is
        started again goes on where its forerunner was.
        """
        self._scenario, self._story = scenario, story
        self._speed = scenario.speed if speed is None else speed
        self._began_s = self._clock() if began_s is None else began_s
        self._schedule = Schedule(self.fleet, scenario.kinds, self._speed)

    def scenario_s(self, t_s: float) -> float:
        """Scenario time at Unix time `t_s`."""
        start = self._scenario.start_s if self._scenario else 0.0
        return start + (t_s - self._began_s) * self._speed

    def _values(self, t_s: float, kinds: set[str] | None = None) -> Array:
        """Readings at Unix time `t_s` as they are posted; NaN for kinds not asked for."""
        values = self.fleet.values(t_s, kinds)
        if self._scenario is not None and t_s >= self._began_s:
            self._scenario.overlay(self.fleet, values, self.scenario_s(t_s))
        return np.round(values, DECIMALS)

    def backfill(self, hours: float, stop: Flag) -> int:
        """Post the readings of the last hours, one each ten minutes; return how many."""
        end = self._clock()
        moments = np.arange(end - hours * 3600, end - 1.0, _BACKFILL_STEP_S)
        sent = 0
        for moment in moments:
            if stop.is_set():
                break
            values = self._values(float(moment))
            speaking = np.flatnonzero(~self.fleet.silent(float(moment)) & ~np.isnan(values))
            codes = self.fleet.codes
            self.outbox.add((codes[i], float(moment), float(values[i])) for i in speaking)
            sent += len(speaking)
            while not self.outbox.flush() and not stop.wait(TICK_S):
                pass
        return sent

    def tick(self) -> int:
        """Queue what is due now, tell the story so far, post; return how many readings were queued."""
        now = self._clock()
        due = self._schedule.due(now)
        kinds = {self.fleet.devices[i].type for i in np.flatnonzero(due)}
        if self._scenario is not None:
            kinds |= set(self._scenario.kinds) & set(self.fleet.by_type)
        values = self._values(now, kinds)
        night = profiles.night(profiles.local(now)[0])
        speaking = (
            (due | self._schedule.changed(values, night=night)) & ~self.fleet.silent(now) & ~np.isnan(values)
        )
        codes = self.fleet.codes
        chosen = np.flatnonzero(speaking)
        self.outbox.add((codes[i], now, float(values[i])) for i in chosen)
        self.outbox.flush()
        if self._story is not None and not self.outbox.away:
            self._story.tell(self.scenario_s(now))
        return len(chosen)

    def run(self, stop: Flag) -> None:
        """Tick once a second until stopped; say every half minute how it goes."""
        told = self._clock()
        while not stop.is_set():
            began = time.monotonic()
            self.tick()
            if self._clock() - told >= _REPORT_S:
                told = self._clock()
                self._say(self.summary())
            stop.wait(max(0.05, TICK_S - (time.monotonic() - began)))
        if not self.outbox.away:  # nobody waits for a server that is gone
            self.outbox.flush(now=True)

    def summary(self) -> str:
        """How many readings went where, in one line."""
        box = self.outbox
        parts = [f"{box.posted:,} readings posted"]
        parts += [
            f"{n:,} {what}"
            for n, what in ((len(box), "held"), (box.refused, "refused"), (box.dropped, "dropped"))
            if n
        ]
        if self._scenario is not None:
            parts.append(f"{self._scenario.name} at {self.scenario_s(self._clock()):+,.0f} s")
        return ", ".join(parts)

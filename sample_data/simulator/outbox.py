"""Readings waiting to be posted: bounded, in order, kept while the server is away."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from sample_data.simulator.wire import Away, Refused, Server

BATCH = 5_000
HELD = 200_000
_LONGEST_WAIT_S = 30.0

Reading = tuple[str, float, float]
"""Datastream, Unix time of the phenomenon, result."""


def observation(reading: Reading) -> dict[str, Any]:
    """Write a reading as the server takes it."""
    code, t_s, result = reading
    moment = datetime.fromtimestamp(round(t_s, 3), UTC).isoformat(timespec="milliseconds")
    return {
        "datastream": code,
        "phenomenon_time": moment.replace("+00:00", "Z"),
        "result": result,
        "quality": 0,
    }


class Outbox:
    """Queue in front of `POST /api/observations`.

    When the server is away, readings are held (the oldest dropped beyond `held`)
    and the next attempt waits 1 s, then twice as long each time, up to 30 s.

    Attributes
    ----------
    posted, refused, dropped : int
        Readings stored or known already; refused by the server; lost here because the queue was full.
    """

    def __init__(
        self,
        server: Server,
        say: Callable[[str], None],
        *,
        held: int = HELD,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._server, self._say, self._clock, self._held = server, say, clock, held
        self._queue: deque[Reading] = deque()
        self._wait_s, self._not_before = 0.0, 0.0
        self.posted = self.refused = self.dropped = 0

    def __len__(self) -> int:
        return len(self._queue)

    @property
    def away(self) -> bool:
        """Whether the last attempt found no server."""
        return self._wait_s > 0

    def add(self, readings: Iterable[Reading]) -> None:
        """Queue readings; beyond the bound the oldest go."""
        self._queue.extend(readings)
        while len(self._queue) > self._held:
            self._queue.popleft()
            self.dropped += 1

    def flush(self, *, now: bool = False) -> bool:
        """Post what is queued; True when nothing is left.

        While the server is away nothing is tried before the wait is over, unless `now`.
        """
        if not now and self._clock() < self._not_before:
            return not self._queue
        while self._queue:
            batch = list(islice(self._queue, BATCH))
            try:
                receipt = self._server.post(
                    "/api/observations", {"observations": [observation(r) for r in batch]}
                )
            except Away as error:
                self._step_back(str(error))
                return False
            except Refused as error:
                self.refused += len(batch)
                self._say(f"{len(batch)} readings refused and dropped, {error}")
            else:
                self._count(batch, receipt)
            for _ in batch:
                self._queue.popleft()
            if self._wait_s:
                self._say("the server is back")
            self._wait_s = self._not_before = 0.0
        return True

    def _count(self, batch: list[Reading], receipt: dict[str, Any]) -> None:
        bad = receipt.get("quarantined") or []
        self.posted += len(batch) - len(bad)
        if bad and not self.refused:
            first = bad[0]
            name = batch[first["index"]][0] if first.get("index", -1) in range(len(batch)) else "?"
            self._say(f"{len(bad)} readings refused, first {name}: {first.get('reason')}")
        self.refused += len(bad)

    def _step_back(self, why: str) -> None:
        if not self._wait_s:
            self._say(f"the server at {self._server.base} is away ({why}); readings are held and tried again")
        self._wait_s = min(_LONGEST_WAIT_S, self._wait_s * 2 or 1.0)
        self._not_before = self._clock() + self._wait_s

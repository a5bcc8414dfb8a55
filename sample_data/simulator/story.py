"""A scenario's incidents on their way to the server: in order, once each, patient."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from sample_data.scenarios.scenario import Event, Incident, Scenario
from sample_data.simulator.wire import Away, Refused, Server

Step = tuple[float, str, Incident | Event]


class Story:
    """Reports incidents and their steps when the scenario's clock reaches them.

    Every request has an idempotency key made of `run`, so a repeat after a lost
    answer changes nothing. Where a person has already moved an incident on, the
    step that no longer fits is left out and said.
    """

    def __init__(self, scenario: Scenario, run: str, server: Server, say: Callable[[str], None]) -> None:
        steps: list[Step] = [(s, incident.key, incident) for s, incident in scenario.incidents]
        steps += [(event.s, event.incident, event) for event in scenario.events]
        # a report comes before its own steps of the same second
        steps.sort(key=lambda step: (step[0], isinstance(step[2], Event)))
        self._steps = deque(steps)
        self._run, self._server, self._say = run, server, say
        self._ids: dict[str, int] = {}
        self._number = 0
        self.sent = self.skipped = 0

    @property
    def finished(self) -> bool:
        """Whether every step is told."""
        return not self._steps

    def tell(self, s: float) -> None:
        """Send what is due at scenario time `s`; what cannot be sent now stays."""
        while self._steps and self._steps[0][0] <= s:
            _, key, step = self._steps[0]
            token = f"{self._run}/{self._number}"
            try:
                self._send(key, step, token)
            except Away:
                return
            except Refused as error:
                self.skipped += 1
                self._say(f"{key}: a step was left out, {error}")
            else:
                self.sent += 1
            self._steps.popleft()
            self._number += 1

    def _send(self, key: str, step: Incident | Event, token: str) -> None:
        if isinstance(step, Incident):
            answer = self._server.post("/api/incidents", step.body(), token)
            if not isinstance(answer.get("id"), int):
                raise Away("the answer names no incident; is this the right server?")
            self._ids[key] = answer["id"]
            self._say(f"incident {answer['id']}: {step.title}")
            return
        if key not in self._ids:
            raise Refused(409, "its incident was not accepted")
        self._server.post(f"/api/incidents/{self._ids[key]}/events", step.body(), token)
        self._say(f"incident {self._ids[key]}: {step.text}")

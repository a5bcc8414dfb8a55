"""What a scenario is: an overlay on readings and a list of events on one clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sample_data.feeds.chance import Array
from sample_data.feeds.feed import Fleet

Overlay = Callable[[Fleet, Array, float], None]
"""(fleet, values, s): change the values of time `s`, seconds from the scenario's zero, in place."""


@dataclass(frozen=True, slots=True)
class Incident:
    """An incident the scenario reports; fields as `POST /api/incidents` takes them."""

    key: str
    type: str
    level: int
    title: str
    source: str
    lon: float
    lat: float
    building_code: str | None = None
    floor_no: int | None = None
    unit_code: str | None = None

    def body(self) -> dict[str, Any]:
        """Body of the request; what is unknown is left out."""
        given = {
            "type": self.type,
            "level": self.level,
            "title": self.title,
            "source": self.source,
            "geometry": {"type": "Point", "coordinates": [self.lon, self.lat]},
            "building_code": self.building_code,
            "floor_no": self.floor_no,
            "unit_code": self.unit_code,
            "actor": "模拟器 simulator",
        }
        return {name: value for name, value in given.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Event:
    """A step in an incident's log.

    `s` is seconds from the scenario's zero. `to` is the new status, or None for a
    note, whose text stands in `text` (zh) and `text_en`.
    """

    s: float
    incident: str
    actor: str
    text: str
    text_en: str
    to: str | None = None
    payload: Mapping[str, Any] = field(default_factory=dict)

    def body(self) -> dict[str, Any]:
        """Body for `POST /api/incidents/{id}/events`."""
        given: dict[str, Any] = {
            "kind": "state" if self.to else "note",
            "actor": self.actor,
            "payload": {"text": self.text, "text_en": self.text_en, "scenario_s": self.s, **self.payload},
        }
        return {**given, "to": self.to} if self.to else given


@dataclass(frozen=True, slots=True)
class Scenario:
    """A story on the live city.

    Attributes
    ----------
    name, title_zh, title_en : str
        Identity.
    start_s, end_s : float
        Where its clock starts and stops, seconds from its zero.
    speed : float
        Scenario seconds a real second brings, unless the caller wants otherwise.
    incidents : tuple of (s, Incident)
        When each is reported.
    events : tuple of Event
        In order of time.
    kinds : frozenset of str
        Kinds of device it moves.
    overlay : Overlay
        The change of the readings.
    """

    name: str
    title_zh: str
    title_en: str
    start_s: float
    end_s: float
    speed: float
    incidents: tuple[tuple[float, Incident], ...]
    events: tuple[Event, ...]
    kinds: frozenset[str]
    overlay: Overlay

"""One reading, whatever way it came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Observation:
    """A result of a datastream at a moment (OGC SensorThings).

    Attributes
    ----------
    datastream : str
        Code of the datastream: the device id.
    phenomenon_time : datetime
        When it was so, with zone.
    result : float
        In the datastream's unit; finite.
    quality : int
        0 good, 1 doubtful, 2 bad (the device says that it is broken).
    """

    datastream: str
    phenomenon_time: datetime
    result: float
    quality: int = 0


@dataclass(frozen=True, slots=True)
class Refusal:
    """A reading that was put into quarantine.

    Attributes
    ----------
    index : int
        Its place in the batch, from 0.
    code : str
        `malformed`, `not-a-number`, `unknown-datastream`, `future`, `too-old`.
    reason : str
        What is wrong and what to do.
    """

    index: int
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a batch of readings.

    Attributes
    ----------
    accepted : int
        Stored now.
    duplicate : int
        Known already (same datastream and phenomenon time); the first stays.
    late : int
        Of those accepted, older than the newest reading known.
    quarantined : tuple of Refusal
        Refused, kept with the reason.
    """

    accepted: int
    duplicate: int
    late: int
    quarantined: tuple[Refusal, ...]

"""An answer that never hides what is not known."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Status(StrEnum):
    """Present, absent, or nobody has said."""

    PRESENT = "present"
    ABSENT = "absent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """What is known about one building and one question.

    Attributes
    ----------
    building : dict
        Id, code, names and place of the building.
    status : Status
        The answer.
    evidence : tuple of dict
        Where the answer comes from: source, value, date, confidence.
    distance_m : float or None
        From the asked point to the nearest edge of the footprint, plan distance.
    """

    building: dict[str, Any]
    status: Status
    evidence: tuple[dict[str, Any], ...]
    distance_m: float | None

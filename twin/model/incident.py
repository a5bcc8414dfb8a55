"""What an incident may become next."""

from __future__ import annotations

from enum import StrEnum

from twin.errors import IllegalTransition, Unprocessable


class IncidentStatus(StrEnum):
    """Steps of an incident, in order; `CANCELLED` ends one that needs nobody (any more)."""

    REPORTED = "reported"
    DISPATCHED = "dispatched"
    EN_ROUTE = "en_route"
    ON_SCENE = "on_scene"
    CONTROLLED = "controlled"
    RESOLVED = "resolved"
    CLOSED = "closed"
    CANCELLED = "cancelled"


_ORDER = tuple(status for status in IncidentStatus if status is not IncidentStatus.CANCELLED)
_CANCELLABLE = frozenset({IncidentStatus.REPORTED, IncidentStatus.DISPATCHED, IncidentStatus.EN_ROUTE})

STAMPS: dict[IncidentStatus, str] = {
    IncidentStatus.REPORTED: "reported_at",
    IncidentStatus.DISPATCHED: "dispatched_at",
    IncidentStatus.ON_SCENE: "arrived_at",
    IncidentStatus.CLOSED: "closed_at",
    IncidentStatus.CANCELLED: "closed_at",
}
"""The four timestamps response times are reckoned from, and the step that sets each."""

SOURCES = ("119", "sensor", "patrol", "citizen")
"""Who may report an incident."""


def next_steps(status: IncidentStatus) -> tuple[IncidentStatus, ...]:
    """Return the moves that are legal from `status`.

    Examples
    --------
    >>> next_steps(IncidentStatus.ON_SCENE)
    (<IncidentStatus.CONTROLLED: 'controlled'>,)
    >>> next_steps(IncidentStatus.CLOSED)
    ()
    """
    if status not in _ORDER:
        return ()
    follows = _ORDER[_ORDER.index(status) + 1 :][:1]
    return (*follows, IncidentStatus.CANCELLED) if status in _CANCELLABLE else follows


def check_step(status: str, to: str) -> IncidentStatus:
    """Check a move.

    Raises
    ------
    Unprocessable
        `to` is no status.
    IllegalTransition
        It does not follow `status`.
    """
    try:
        target = IncidentStatus(to)
    except ValueError:
        raise Unprocessable(f"'{to}' is no status; there are {', '.join(IncidentStatus)}") from None
    allowed = next_steps(IncidentStatus(status))
    if target not in allowed:
        may = f"only {' or '.join(allowed)} may follow" if allowed else "nothing may follow"
        raise IllegalTransition(f"an incident that is {status} cannot become {target}; {may}")
    return target

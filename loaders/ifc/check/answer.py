"""What a rule answers: pass, fail or unknown, and a finding for all that is not a pass."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

Words = dict[str, str]
"""The same sentence as `zh` and `en`."""
Severity = Literal["error", "warning", "info"]

MOST_FINDINGS = 5_000
"""Findings listed of one rule; all are counted."""


class Answer(StrEnum):
    """A rule that cannot decide says so; it never passes."""

    PASS = "pass"  # noqa: S105 - no password
    FAIL = "fail"
    UNKNOWN = "unknown"


def say(zh: str, en: str) -> Words:
    """One sentence in both languages."""
    return {"zh": zh, "en": en}


def both(words: Words) -> str:
    """Both languages on one line, or the one there is."""
    return " / ".join(dict.fromkeys(words.values()))


@dataclass(frozen=True, slots=True)
class Subject:
    """What a finding is about.

    Attributes
    ----------
    global_id, ifc_class, name : str or None
        As the model says.
    storey : str or None
        Name of the storey it is on.
    floor_no : int or None
        Floor address of that storey; never 0.
    point_m : tuple of float or None
        A point on it, metres in the model's own world (before its map conversion).
    """

    global_id: str | None = None
    ifc_class: str | None = None
    name: str | None = None
    storey: str | None = None
    floor_no: int | None = None
    point_m: tuple[float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, or that could not be decided.

    Attributes
    ----------
    rule : str
        Stable id of the rule.
    answer : Answer
        `fail` or `unknown`.
    severity : str
        `error`, `warning` or `info`.
    subject : Subject
        Where.
    message : dict
        What is wrong, zh and en.
    expected, found : str or None
        In the same words and units; None where there is nothing to compare.
    remedy : dict
        What to do, zh and en.
    """

    rule: str
    answer: Answer
    severity: Severity
    subject: Subject
    message: Words
    expected: str | None
    found: str | None
    remedy: Words


@dataclass(slots=True)
class Outcome:
    """How one rule came out.

    Attributes
    ----------
    rule, title, severity
        Of the rule.
    limit : dict or None
        `values`, their `source`, and whether that was `verified` against the standard's text.
    checked, passed, failed, unknown : int
        Objects judged, and how.
    why : dict or None
        Why there was nothing to judge, or why all of it is unknown.
    findings : list of Finding
        At most `MOST_FINDINGS`.
    """

    rule: str
    title: Words
    severity: Severity
    limit: dict[str, Any] | None = None
    passed: int = 0
    failed: int = 0
    unknown: int = 0
    why: Words | None = None
    findings: list[Finding] = field(default_factory=list)

    @property
    def checked(self) -> int:
        """Objects judged."""
        return self.passed + self.failed + self.unknown

    @property
    def answer(self) -> Answer:
        """Fail where anything fails; pass only where something was judged and all of it passes."""
        if self.failed:
            return Answer.FAIL
        return Answer.PASS if self.passed and not self.unknown and self.why is None else Answer.UNKNOWN


def overall(outcomes: list[Outcome]) -> Answer:
    """The whole check: as bad as the worst of its rules of severity `error`; `unknown` is in between."""
    answers = [outcome.answer for outcome in outcomes if outcome.severity == "error"]
    for worst in (Answer.FAIL, Answer.UNKNOWN):
        if worst in answers:
            return worst
    return Answer.PASS if answers else Answer.UNKNOWN

"""A rule: what it is called, what it asks, and the tally it keeps while it judges."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from loaders.ifc.check.answer import MOST_FINDINGS, Answer, Finding, Outcome, Severity, Subject, Words
from loaders.ifc.check.facts import Facts
from loaders.ifc.check.limits import Limits, shown


class Tally:
    """Counts answers and keeps what is not a pass.

    Parameters
    ----------
    outcome : Outcome
        Filled while the rule judges.
    remedy : dict
        What to do, where a finding says nothing closer.
    """

    def __init__(self, outcome: Outcome, remedy: Words) -> None:
        self.outcome = outcome
        self._remedy = remedy

    def passed(self, count: int = 1) -> None:
        """Note objects that are as they should be."""
        self.outcome.passed += count

    def fail(
        self, subject: Subject, message: Words, expected: str | None = None, found: str | None = None
    ) -> None:
        """Note an object that breaks the rule."""
        self.outcome.failed += 1
        self._keep(Answer.FAIL, subject, message, expected, found)

    def unknown(
        self, subject: Subject, message: Words, expected: str | None = None, found: str | None = None
    ) -> None:
        """Note an object the rule cannot decide on; the message says why."""
        self.outcome.unknown += 1
        self._keep(Answer.UNKNOWN, subject, message, expected, found)

    def undecided(self, why: Words) -> None:
        """Say why the rule as a whole cannot decide."""
        self.outcome.why = why

    def _keep(
        self, answer: Answer, subject: Subject, message: Words, expected: str | None, found: str | None
    ) -> None:
        if len(self.outcome.findings) < MOST_FINDINGS:
            severity: Severity = self.outcome.severity if answer is Answer.FAIL else "info"
            self.outcome.findings.append(
                Finding(self.outcome.rule, answer, severity, subject, message, expected, found, self._remedy)
            )


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of ours.

    Attributes
    ----------
    id : str
        Stable; findings are told apart by it.
    severity : str
        Of its failures.
    title, remedy : dict
        What it asks, and what to do about a finding; zh and en.
    judge : callable
        Takes facts, limits and the tally.
    table : str or None
        Its table of limits.
    """

    id: str
    severity: Severity
    title: Words
    remedy: Words
    judge: Callable[[Facts, Limits, Tally], None]
    table: str | None = None

    def apply(self, facts: Facts, limits: Limits) -> Outcome:
        """Judge a model."""
        limit = None if self.table is None else shown(limits, self.table)
        outcome = Outcome(self.id, self.title, self.severity, limit)
        self.judge(facts, limits, Tally(outcome, self.remedy))
        return outcome

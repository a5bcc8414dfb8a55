"""The whole result of a check, and its form as plain values."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from loaders.ifc.check.answer import Answer, Finding, Outcome, Subject, overall

FORMAT = "city-twin/model-check/1"
"""Raised when a program that reads the JSON would have to change."""


@dataclass(slots=True)
class CheckResult:
    """What a check of one file found.

    Attributes
    ----------
    file_name, file_sha256 : str
        The file.
    schema : str
        IFC schema.
    project : dict
        `global_id` and `name` of the IfcProject.
    checked_at : str
        RFC 3339, UTC.
    outcomes : list of Outcome
        Our rules, then the specifications of the IDS.
    notes : list of str
        What a reader should know: parts that could not be read, shapes that could not be measured.
    seconds : dict
        Step -> duration.
    """

    file_name: str
    file_sha256: str
    schema: str
    project: dict[str, str | None]
    checked_at: str
    outcomes: list[Outcome] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def answer(self) -> Answer:
        """The whole check; warnings do not decide it."""
        return overall(self.outcomes)

    @property
    def findings(self) -> list[Finding]:
        """All findings, rule by rule."""
        return [finding for outcome in self.outcomes for finding in outcome.findings]

    def as_dict(self) -> dict[str, Any]:
        """Plain values, as `--json` prints them; the form is documented in docs/how-to/check-models.md."""
        return {
            "format": FORMAT,
            "file_name": self.file_name,
            "file_sha256": self.file_sha256,
            "schema": self.schema,
            "project": self.project,
            "checked_at": self.checked_at,
            "answer": self.answer,
            "rules": [summary(outcome) for outcome in self.outcomes],
            "findings": [finding_row(finding) for finding in self.findings],
            "notes": self.notes,
            "seconds": self.seconds,
        }


def summary(outcome: Outcome) -> dict[str, Any]:
    """One rule without its findings."""
    return {
        "rule": outcome.rule,
        "title": outcome.title,
        "severity": outcome.severity,
        "answer": outcome.answer,
        "checked": outcome.checked,
        "passed": outcome.passed,
        "failed": outcome.failed,
        "unknown": outcome.unknown,
        "why": outcome.why,
        "limit": outcome.limit,
    }


def finding_row(finding: Finding) -> dict[str, Any]:
    """One finding, flat."""
    return {
        "rule": finding.rule,
        "answer": finding.answer,
        "severity": finding.severity,
        **asdict(finding.subject),
        "message": finding.message,
        "expected": finding.expected,
        "found": finding.found,
        "remedy": finding.remedy,
    }


def from_stored(row: dict[str, Any]) -> CheckResult:
    """The result again from how the database keeps it (`twin.queries.checks.stored_check`)."""
    by_rule: dict[str, list[Finding]] = {}
    for finding in row["findings"]:
        by_rule.setdefault(finding["rule"], []).append(_finding(finding))
    outcomes = [
        Outcome(
            **{name: value for name, value in rule.items() if name not in ("answer", "checked")},
            findings=by_rule.get(rule["rule"], []),
        )
        for rule in row["rules"]
    ]
    return CheckResult(
        file_name=row["file_name"],
        file_sha256=row["file_sha256"],
        checked_at=instant(row["checked_at"]),
        outcomes=outcomes,
        **row["about"],
    )


def instant(moment: datetime) -> str:
    """RFC 3339 in UTC, whole seconds."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _finding(row: dict[str, Any]) -> Finding:
    """A finding from its flat form."""
    about = {name: row[name] for name in ("global_id", "ifc_class", "name", "storey", "floor_no")}
    rest = {name: row[name] for name in ("rule", "severity", "message", "expected", "found", "remedy")}
    return Finding(
        answer=Answer(row["answer"]), subject=Subject(**about, point_m=_point(row["point_m"])), **rest
    )


def outcome_of(row: dict[str, Any]) -> Outcome:
    """An outcome from the JSON a child wrote."""
    findings = [
        Finding(
            **{
                **finding,
                "answer": Answer(finding["answer"]),
                "subject": Subject(
                    **{**finding["subject"], "point_m": _point(finding["subject"]["point_m"])}
                ),
            }
        )
        for finding in row["findings"]
    ]
    return Outcome(**{**row, "findings": findings})


def _point(values: list[float] | None) -> tuple[float, float, float] | None:
    return None if values is None else (values[0], values[1], values[2])

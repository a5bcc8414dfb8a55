"""A check for people: one line a rule, then what was found."""

from __future__ import annotations

import orjson
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from loaders.ifc.check.answer import Answer, Finding, Outcome, both
from loaders.ifc.check.result import CheckResult

_COLOURS = {Answer.PASS: "green", Answer.FAIL: "red", Answer.UNKNOWN: "yellow"}
_LISTED = 5


def to_json(result: CheckResult) -> str:
    """The whole result as JSON."""
    return orjson.dumps(result.as_dict(), option=orjson.OPT_INDENT_2).decode()


def print_result(result: CheckResult, console: Console) -> None:
    """Rules as a table, then the first findings of each, then notes."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("rule", no_wrap=True)
    table.add_column("answer")
    for name in ("passed", "failed", "unknown"):
        table.add_column(name, justify="right")
    table.add_column("asks")
    for outcome in result.outcomes:
        table.add_row(
            escape(outcome.rule),
            f"[{_COLOURS[outcome.answer]}]{outcome.answer}[/]",
            *(f"{count:,}" if count else "" for count in (outcome.passed, outcome.failed, outcome.unknown)),
            escape(both(outcome.title)),
        )
    console.print(table)
    for outcome in result.outcomes:
        _print_outcome(outcome, console)
    for note in result.notes:
        console.print(f"[dim]{escape(note)}[/]", highlight=False)
    colour = _COLOURS[result.answer]
    console.print(f"{escape(result.file_name)}: [bold {colour}]{result.answer}[/]", highlight=False)


def _print_outcome(outcome: Outcome, console: Console) -> None:
    if outcome.why is not None:
        console.print(
            f"[yellow]{escape(outcome.rule)}[/]: unknown: {escape(both(outcome.why))}", highlight=False
        )
    if not outcome.findings:
        return
    colour = _COLOURS[outcome.answer]
    console.print(f"[{colour}]{escape(outcome.rule)}[/]: {escape(both(outcome.title))}", highlight=False)
    for finding in outcome.findings[:_LISTED]:
        console.print(f"    {escape(line(finding))}", highlight=False)
    more = outcome.failed + outcome.unknown - _LISTED
    if more > 0:
        console.print(f"    … and {more:,} more: see --json or --bcf", highlight=False)
    console.print(f"    → {escape(both(outcome.findings[0].remedy))}", highlight=False)
    if outcome.limit is not None and outcome.limit["values"]:
        doubt = "" if outcome.limit["verified"] else "; not verified against its text"
        console.print(f"    [dim]limit: {escape(outcome.limit['source'])}{doubt}[/]", highlight=False)


def line(finding: Finding) -> str:
    """One finding on one line."""
    subject = finding.subject
    floor = "" if subject.floor_no is None else f"floor {subject.floor_no} "
    who = " ".join(part for part in (subject.ifc_class, subject.name, subject.global_id) if part)
    found = f" (found {finding.found})" if finding.found else ""
    mark = "" if finding.answer is Answer.FAIL else "unknown: "
    return f"{floor}{who}: {mark}{both(finding.message)}{found}"

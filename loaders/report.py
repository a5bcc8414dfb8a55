"""A load report for people (a table) and for programs (JSON)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import orjson
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from twin.model.load import LoadReport

_COUNTS = ("read", "written", "changed", "unchanged", "closed", "rejected")
_SHOWN_REJECTIONS = 3
_COLOURS = {"done": "green", "unchanged": "cyan", "partial": "yellow", "failed": "red"}


def to_json(reports: Sequence[LoadReport]) -> str:
    """All reports as one JSON array."""
    return orjson.dumps(
        [as_dict(report) for report in reports], option=orjson.OPT_INDENT_2, default=str
    ).decode()


def as_dict(report: LoadReport) -> dict[str, Any]:
    """A report as plain values, with the rejections counted by code."""
    return {**asdict(report), "rejected_by_code": dict(Counter(r.code for r in report.rejections))}


def print_reports(reports: Sequence[LoadReport], console: Console) -> None:
    """One line a collection, then what was refused and what should be known."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in ("file", "collection", "status"):
        table.add_column(name)
    for name in (*_COUNTS, "s"):
        table.add_column(name, justify="right")
    for report in reports:
        colour = _COLOURS.get(report.status, "white")
        status = f"[{colour}]{report.status}[/]"
        lines = list(report.counts.items()) or [("", None)]
        for number, (collection, counts) in enumerate(lines):
            values = (
                [f"{getattr(counts, name):,}" for name in _COUNTS]
                if counts is not None
                else [""] * len(_COUNTS)
            )
            first = number == 0
            table.add_row(
                escape(report.file_name) if first else "",
                collection,
                status if first else "",
                *values,
                f"{report.seconds:.1f}" if first else "",
            )
    console.print(table)
    for report in reports:
        _print_findings(report, console)


def _print_findings(report: LoadReport, console: Console) -> None:
    for warning in report.warnings:
        console.print(f"[yellow]{escape(report.file_name)}[/]: {escape(warning)}", highlight=False)
    by_code: dict[str, list[str]] = {}
    for rejection in report.rejections:
        by_code.setdefault(rejection.code, []).append(f"{rejection.source_key}: {rejection.message}")
    for code, found in sorted(by_code.items()):
        console.print(f"[red]{escape(report.file_name)}[/]: {len(found)} rejected as {code}", highlight=False)
        for line in found[:_SHOWN_REJECTIONS]:
            console.print(f"    {escape(line)}", highlight=False)

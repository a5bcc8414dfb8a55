"""`twin doctor`: what this machine lacks, and what to do about it."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

import click

from twin.settings import Settings
from web.commands.checks import CHECKS

_SIGNS = {"ok": ("ok  ", "green"), "warn": ("warn", "yellow"), "fail": ("FAIL", "red")}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
def doctor(*, as_json: bool) -> None:
    """Look at everything the server needs; ends with 1 when something is missing."""
    settings = Settings.from_env()
    answers = [check(settings) for check in CHECKS]
    if as_json:
        click.echo(json.dumps([asdict(answer) for answer in answers], ensure_ascii=False, indent=2))
    else:
        for answer in answers:
            sign, colour = _SIGNS[answer.state]
            click.echo(f"{click.style(sign, fg=colour)}  {answer.name:<16} {answer.found}")
            if answer.advice:
                click.echo("      " + answer.advice.replace("\n", "\n      "))
    if any(answer.state == "fail" for answer in answers):
        sys.exit(1)

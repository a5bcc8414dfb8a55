"""`twin status`: what runs, and what is in the database."""

from __future__ import annotations

import json
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from twin.settings import Settings
from web.commands.report import report


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
def status(*, as_json: bool) -> None:
    """Show what runs, how much is in it and what was loaded last."""
    facts = report(Settings.from_env())
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False, indent=2, default=str))
        return
    console = Console(highlight=False)
    database = facts["database"]
    server = facts["server"]
    rows = [
        ("version", f"{facts['version']} (Python {facts['python']})"),
        ("server", f"answers at {server['url']}" if server["answers"] else "not running"),
        ("simulator", "running" if facts["simulator"]["running"] else "not running"),
        ("database", _told(database)),
        ("state", facts["state_dir"]),
    ]
    load = database.get("last_load")
    if load:
        at = f"{load['started_at']:%Y-%m-%d %H:%M}"
        rows.append(("last load", f"{load['source']} from {load['file_name']}: {load['status']}, {at} UTC"))
    for name, value in rows:
        console.print(f"{name:<10} {value}", soft_wrap=True, markup=False)
    filled = {name: count for name, count in database.get("collections", {}).items() if count}
    if filled:
        table = Table("collection", "rows", box=None, padding=(0, 2, 0, 0))
        table.columns[1].justify = "right"
        for name, count in filled.items():
            table.add_row(name, f"{count:,}")
        console.print()
        console.print(table)


def _told(database: dict[str, Any]) -> str:
    kind = "private cluster" if database["private"] else database["dsn"]
    if database.get("error"):
        return f"{kind}: {database['error']}"
    if not database["running"]:
        return f"{kind}, not running"
    size_mb = database["size_bytes"] / 1e6
    versions = f"PostgreSQL {database['postgresql'].split()[0]}, PostGIS {database['postgis']}"
    return f"{kind}, {versions}, {size_mb:,.0f} MB, {database['connections']} connections"

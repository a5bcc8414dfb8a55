"""How the commands show that something is going on."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn


@contextmanager
def timed(console: Console, what: str) -> Iterator[None]:
    """Say that a step is done, and how long it took."""
    began = time.monotonic()
    yield
    console.print(f"[bold]==>[/] {what} ready ({time.monotonic() - began:.1f} s)", highlight=False)


def bar(console: Console) -> Progress:
    """Return a progress bar whose tasks have a `detail`: what is being worked on."""
    return Progress(
        TextColumn("[bold]==>[/] {task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[detail]}"),
        console=console,
    )

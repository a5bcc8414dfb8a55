"""Progress bars of `twin load`, one for each file that is being loaded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from loaders.source import Progress as ProgressOf

Shown = Callable[[str], AbstractContextManager[ProgressOf]]


@contextmanager
def bars_on(console: Console) -> Iterator[Shown]:
    """A progress bar for each file that is being loaded."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bars:

        @contextmanager
        def shown(name: str) -> Iterator[ProgressOf]:
            task = bars.add_task(escape(name), total=None)

            def update(what: str, done: int, total: int | None) -> None:
                bars.update(task, description=f"{escape(name)} {what}", completed=done, total=total)

            try:
                yield update
            finally:
                bars.remove_task(task)

        yield shown

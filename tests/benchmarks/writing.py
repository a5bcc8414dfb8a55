"""Figures of a run as files: JSON, and beside it a picture where a benchmark draws one."""

from __future__ import annotations

import importlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from twin.settings import Settings

Results = dict[str, list[dict[str, Any]]]
"""Rows of each benchmark."""


def default_out(which: Sequence[str], settings: Settings) -> Path:
    """Where figures go unless told otherwise: in the state folder, which is never committed."""
    return settings.state_dir / "benchmarks" / f"benchmarks-{'-'.join(which) or 'all'}.json"


def as_json(results: Results) -> str:
    """Figures as text."""
    return json.dumps(results, indent=2, ensure_ascii=False, default=str)


def write(results: Results, out: Path) -> list[Path]:
    """Write the JSON, and the picture of every benchmark that has `plot(rows) -> SVG`; the files written."""
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(as_json(results) + "\n", encoding="utf-8")
    written = [out]
    for name, rows in results.items():
        plot = getattr(importlib.import_module(f"tests.benchmarks.{name}"), "plot", None)
        if plot is not None:
            stem = out.stem if len(results) == 1 else f"{out.stem}-{name}"
            written.append(out.with_name(f"{stem}.svg"))
            written[-1].write_text(plot(rows), encoding="utf-8")
    return written

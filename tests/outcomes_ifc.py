"""Try every real IFC file and write down what became of it.

    python -m tests.outcomes_ifc            # print
    python -m tests.outcomes_ifc --write    # docs/reference/tested-files/ifc.md

Names, counts and reasons only; the files themselves are not ours to publish.
"""

from __future__ import annotations

import argparse
import os
import re
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
from psycopg import sql

from loaders.ifc.load import load_ifc
from tests.conftest import database_url
from twin.database.cluster import Cluster
from twin.database.connection import Database
from twin.database.schema import migrate
from twin.errors import TwinError
from twin.model.load import LoadReport
from twin.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "reference" / "tested-files" / "ifc.md"
FOLDERS = (
    "ifc", "ifc-fire", "ifc-odd", "ifc-small", "ifc-infra-add2", "ifc-header", "ifc-infra", "ifc5",
    "ifc-rules",
)  # fmt: skip
SUFFIXES = {".ifc", ".ifczip", ".ifcxml", ".ifcx", ".gz"}
LIMIT_S = 30
_ROLES = ("storey", "space", "element", "opening", "equipment")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file: `loaded`, `partial` or `refused`, and why."""

    file: str
    verdict: str
    counts: tuple[int, ...]
    remark: str
    seconds: float


def files(data: Path, folders: tuple[str, ...]) -> list[Path]:
    """Every model of the folders, sorted."""
    return [
        path
        for folder in folders
        for path in sorted((data / folder).rglob("*"))
        if path.suffix.lower() in SUFFIXES
    ]


def attempt(path: Path, name: str, database: Database, settings: Settings) -> Outcome:
    """Load one file; anything but a `TwinError` is a fault of ours and comes through."""
    started = time.monotonic()
    try:
        report = load_ifc(path, database, settings, source=f"tried/{name}")
    except TwinError as error:
        return Outcome(
            name, "refused", (0,) * len(_ROLES), _plain(str(error), path), time.monotonic() - started
        )
    return Outcome(name, _verdict(report), _counts(report), _remark(report, path), time.monotonic() - started)


def _verdict(report: LoadReport) -> str:
    lost = ("shape-box", "shape-missing", "shapes-missing", "shape-without", "shape-approx", "parser-skipped")
    hurt = report.status == "partial" or report.rejections or any(w.startswith(lost) for w in report.warnings)
    return "partial" if hurt else "loaded"


def _counts(report: LoadReport) -> tuple[int, ...]:
    return tuple(
        (counts.written + counts.changed + counts.unchanged) if (counts := report.counts.get(role)) else 0
        for role in _ROLES
    )


def _remark(report: LoadReport, path: Path) -> str:
    """The codes of what was odd; the first sentence where part of the file is missing."""
    codes = Counter(r.code for r in report.rejections)
    codes.update(w.partition(":")[0] for w in report.warnings if re.match(r"[a-z-]+:", w))
    codes.pop("not-an-object", None)
    if report.status == "partial":
        return _plain(next((w for w in report.warnings if w.startswith("shapes-missing")), ""), path)
    return ", ".join(f"{code} x{count}" if count > 1 else code for code, count in sorted(codes.items()))


def _plain(sentence: str, path: Path) -> str:
    """A sentence fit for the page: no path of this machine, one line."""
    text = sentence.replace(str(path.parent) + "/", "").replace(str(path), path.name)
    return re.sub(r"/(?:tmp|var|home|root|work)/\S*/", "", text).replace("|", "/").replace("\n", " ")[:240]


def page(outcomes: list[Outcome]) -> str:
    """The table, one section a folder."""
    total = Counter(outcome.verdict for outcome in outcomes)
    slow = sum(outcome.seconds > LIMIT_S for outcome in outcomes)
    lines = [
        "# Tested files: IFC",
        "",
        "Made by `python -m tests.outcomes_ifc --write`; each file is loaded into a city in EPSG:4547.",
        "Public models stand all over the world, so most end as *needs-placing*: loaded, to be asked by",
        "building, storey and space, without a place on this city's map.",
        "",
        f"{len(outcomes)} files: {total['loaded']} loaded, {total['partial']} loaded in part with reasons, "
        f"{total['refused']} refused with a reason; {slow or 'none'} took over {LIMIT_S} s. A crash of",
        "the loader itself would have ended the run without this page.",
        "",
    ]
    folders = dict.fromkeys(outcome.file.split("/")[0] for outcome in outcomes)
    for folder in folders:
        lines += [f"## {folder}", "", f"| file | outcome | {' | '.join(_ROLES)} | remark |"]
        lines.append(f"| --- | --- |{' ---: |' * len(_ROLES)} --- |")
        for outcome in outcomes:
            if outcome.file.split("/")[0] == folder:
                counts = " | ".join(map(str, outcome.counts))
                name = outcome.file.split("/", 1)[1]
                lines.append(f"| {name} | {outcome.verdict} | {counts} | {outcome.remark} |")
        lines.append("")
    return "\n".join(lines)


@contextmanager
def scratch_city() -> Iterator[tuple[Database, Settings]]:
    """A migrated database that is dropped afterwards."""
    settings = Settings.from_env()
    if settings.database_url is None:
        Cluster(settings).ensure()
    name = sql.Identifier(f"twin_outcomes_{os.getpid()}")
    admin = psycopg.connect(database_url(settings, "postgres"), autocommit=True)
    admin.execute(sql.SQL("create database {} template template0").format(name))
    own = replace(
        settings, database_url=database_url(settings, f"twin_outcomes_{os.getpid()}"), mesh_cache_mb=0
    )
    database = None
    try:
        migrate(own.dsn, own)
        database = Database.from_settings(own, bounded=False)
        yield database, own
    finally:
        if database is not None:
            database.close()
        admin.execute(sql.SQL("drop database {} with (force)").format(name))
        admin.close()


def main() -> None:
    """Try the folders named, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="*")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    data = Path(os.environ.get("TWIN_SHARED_DATA") or ROOT.parent / "shared" / "data")
    outcomes: list[Outcome] = []
    with scratch_city() as (database, settings):
        for folder in options.folders or FOLDERS:
            for path in files(data, (folder,)):
                outcome = attempt(path, path.relative_to(data).as_posix(), database, settings)
                outcomes.append(outcome)
                print(f"{outcome.seconds:6.1f} s  {outcome.verdict:8} {outcome.file}  {outcome.counts}")
                print(f"          {outcome.remark}", flush=True)
            if options.write:  # after each folder: an interrupted run leaves a true page of what it did
                PAGE.parent.mkdir(parents=True, exist_ok=True)
                PAGE.write_text(page(outcomes), encoding="utf-8")
    slow = [outcome.file for outcome in outcomes if outcome.seconds > LIMIT_S]
    print(f"{len(outcomes)} files, {Counter(o.verdict for o in outcomes)}, over {LIMIT_S} s: {slow}")


if __name__ == "__main__":
    main()

"""`twin load --place`: load a model, say whether it stands where it belongs, propose where it would."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import numpy as np
from rich.console import Console
from rich.table import Table

from loaders.ifc.load import load_ifc
from loaders.ifc.placing.case import RIGHT, Diagnosis
from loaders.ifc.placing.place import propose_places
from loaders.report import as_dict, print_reports
from loaders.source import Progress
from twin.database.connection import Database
from twin.errors import Conflict, InvalidInput
from twin.model.collection import Access
from twin.queries.placing import placings
from twin.settings import Settings
from twin.store.placing import OF_THE_FILE, decide

_WORDS = {
    "axes-swapped": "east and north are the wrong way round",
    "unit": "the numbers are in another unit than the file says (millimetres for metres)",
    "doubled": "the offset stands in the file twice: its coordinates are map coordinates already",
    "unstated": "its coordinates are map coordinates, but it does not say so",
    "shifted": "it stands beside its building",
    "missing": "it says no place in this city",
    "unchecked": "the city has no such building where it stands, so nothing to check its place by",
    "mirrored": "it is the mirror image of the building",
    "model-unit": "its size is a thousandfold off: its numbers have another length unit than it declares",
}


def place_model(
    path: Path,
    database: Database,
    settings: Settings,
    *,
    source: str | None,
    building: str | None,
    accept: int | None,
    actor: str,
    console: Console,
    progress: Progress,
) -> dict[str, Any]:
    """Load a model, look at its place, and where one of the proposals is accepted load it there.

    Parameters
    ----------
    path : Path
        An IFC file.
    accept : int or None
        Which proposal to accept, from 1; None: none, they are only kept.
    actor : str
        Who decides.

    Returns
    -------
    dict
        `problem`, `proposals` and `accepted`, as `--json` prints them.

    Raises
    ------
    InvalidInput
        There is no such proposal.
    Conflict
        It is not the one that was shown under this number before: nobody has seen what would be accepted.
    """
    options = {"source": source, "building": building, "actor": actor, "progress": progress}
    report = load_ifc(path, database, settings, **options)  # type: ignore[arg-type]
    seen = _shown(database, report.source)
    found, ids = propose_places(database, report.source)
    _print(found, ids, path.name, console)
    if accept is not None and not 1 <= accept <= len(ids):
        raise InvalidInput(f"--accept {accept}: there are {len(ids)} proposals for {path.name}")
    if accept is not None:
        if _shown(database, report.source).get(accept) != seen.get(accept, ()):
            raise Conflict(
                f"--accept {accept}: what would be accepted is new, nobody was shown it before; look at the "
                "list above, then say it again"
            )
        decide(database, ids[accept - 1], "accepted", actor=actor, note="twin load --place")
        report = load_ifc(path, database, settings, **options)  # type: ignore[arg-type]
        print_reports([report], console)
    elif ids:
        how = (
            "The file has to be corrected; look at it"
            if found.problem in OF_THE_FILE
            else "Accept one with --accept N, or look at them"
        )
        console.print(f"Nothing was changed. {how} at /data/placings/{ids[0]}", highlight=False)
    return {
        "problem": found.problem,
        "proposals": [
            {"number": n, "id": number, **_plain(one)}
            for n, (number, one) in enumerate(zip(ids, found.proposals, strict=True), 1)
        ],
        "accepted": None if accept is None else ids[accept - 1],
        "report": as_dict(report),
    }


def _shown(database: Database, source: str) -> dict[int, tuple[Any, ...]]:
    """Open proposals by the number they are listed under."""
    everybody = frozenset(get_args(Access))
    rows = placings(database, source=source, undecided=True, circles=everybody)
    rows.sort(key=lambda row: row["id"])
    return {
        n: (
            row["building_id"],
            round(row["lon"], 6),
            round(row["lat"], 6),
            round(row["rotation_deg"], 2),
            row["load_id"],
        )
        for n, row in enumerate(rows, 1)
    }


def _plain(one: Any) -> dict[str, Any]:
    return {
        "problem": one.problem,
        "building": one.building.code,
        "residual_m": round(one.residual_m, 3),
        "overlap": round(one.overlap, 3),
        "rotation_deg": round(one.rotation_deg, 3),
        "shift_m": None if one.shift_m is None else round(one.shift_m, 3),
        "ambiguous": one.ambiguous,
        "matrix": np.round(one.matrix, 6).reshape(-1).tolist(),
    }


def _print(found: Diagnosis, ids: list[int], name: str, console: Console) -> None:
    if found.problem == RIGHT:
        console.print(f"{name} stands where it belongs.", highlight=False)
        return
    console.print(f"{name}: {_WORDS[found.problem]}.", highlight=False)
    if not ids:
        console.print("No building of the city has an outline it would fit.", highlight=False)
        return
    table = Table(title="Where it would fit", title_justify="left")
    for column in ("", "building", "reading", "residual m", "overlap", "turn °", "shift m", ""):
        table.add_column(
            column, justify="right" if column.endswith(("m", "°", "overlap")) else "left", overflow="fold"
        )
    for n, one in enumerate(found.proposals, 1):
        table.add_row(
            str(n),
            one.building.code or str(one.building.id),
            one.problem,
            f"{one.residual_m:.2f}",
            f"{one.overlap:.0%}",
            f"{one.rotation_deg:.2f}",
            "-" if one.shift_m is None else f"{one.shift_m:,.1f}",
            "ambiguous" if one.ambiguous else "",
        )
    console.print(table)

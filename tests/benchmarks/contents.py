"""Search inside the sample tower (8,800 objects) against asking object by object, in the same run."""

from __future__ import annotations

import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from loaders.codes import bring_codes
from loaders.ifc.load import load_ifc
from sample_data.models.build import build_models
from tests.benchmarks.server import Options, scratch_database
from twin import catalogue
from twin.database.connection import Database
from twin.queries.buildings import PUBLIC
from twin.queries.contents import OBJECTS, ObjectQuery, model_objects, object_rows
from twin.queries.hidden import hidden_names

_MODEL = "LH-RES-01"
_PEER = Path(__file__).with_name("contents_by_object.sql")
_ASKED = {
    "all": "",
    "a class by its Chinese name": "门",
    "a class by its English name": "door",
    "two words": "fire door",
    "a material": "混凝土",
    "a property": "rei",
    "nothing": "nothing-of-this-kind",
}
_TIMES = 15


def run(options: Options) -> list[dict[str, Any]]:
    """Rows for the report: what is looked for, how many are found, times, and the peer's in relation."""
    with scratch_database(options.settings) as settings, tempfile.TemporaryDirectory() as folder:
        database = Database.from_settings(settings, bounded=False)
        try:
            build_models(Path(folder), only={_MODEL})
            own = replace(settings, state_dir=Path(folder) / "state")
            load_ifc(Path(folder) / f"{_MODEL}.ifc", database, own)
            bring_codes(database)
            database.execute("analyze")
            about = database.row("select id, source from twin.model")
            assert about is not None
            return [_compare(database, about, kind, text) for kind, text in _ASKED.items()]
        finally:
            database.close()


def _compare(database: Database, about: dict[str, Any], kind: str, text: str) -> dict[str, Any]:
    peer = _PEER.read_text(encoding="utf-8").format(
        objects="\nunion all\n".join(object_rows(catalogue.collection(name), PUBLIC) for name in OBJECTS)
    )
    binds = {
        "model": about["id"], "source": about["source"], "circles": sorted(PUBLIC), "words": text.split(),
        "hidden": sorted(hidden_names(PUBLIC)), "floor": None, "storey": None, "class": None, "kind": None,
        "limit": 100, "skip": 0,
    }  # fmt: skip
    query, ours, theirs = ObjectQuery(words=text), [], []
    for _ in range(_TIMES):
        began = time.perf_counter()
        found = model_objects(database, about["id"], query)
        between = time.perf_counter()
        rows = database.rows(peer, binds)
        theirs.append(time.perf_counter() - between)
        ours.append(between - began)
    if [row["id"] for row in found["objects"]] != [row["id"] for row in rows if row["id"] is not None]:
        raise AssertionError(f"the two do not find the same for '{text}'")
    return {
        "looked for": kind,
        "found": found["matched"],
        "p50 ms": f"{np.quantile(ours, 0.5) * 1000:.1f}",
        "p95 ms": f"{np.quantile(ours, 0.95) * 1000:.1f}",
        "object by object ms": f"{np.quantile(theirs, 0.5) * 1000:.1f}",
        "ratio": f"{np.quantile(theirs, 0.5) / np.quantile(ours, 0.5):.1f}x",
    }

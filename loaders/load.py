"""From a source to the city: read, place, check, complete, write; memory stays flat."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from itertools import chain

import numpy as np
import shapely

from loaders.checks import check
from loaders.neighbours import require_no_offset
from loaders.place import Placement, placement
from loaders.source import Progress, Source
from twin.database.connection import Database
from twin.errors import Overtaken, TwinError, Unprocessable
from twin.garbage import seldom_collected
from twin.model.feature import FeatureBatch
from twin.model.load import LoadCounts, LoadReport
from twin.store.loading import Load, begin_load

_SAMPLE = 2_000


def load(
    source: Source,
    database: Database,
    *,
    progress: Progress | None = None,
    force: bool = False,
    accept_offset: bool = False,
    actor: str | None = None,
    alone: bool = False,
) -> LoadReport:
    """Load a source: all of it or nothing.

    Parameters
    ----------
    source : Source
        What is loaded.
    database : Database
        The city.
    progress : callable, optional
        Called with ("features", done, total) after every batch.
    force : bool
        Load even what the last load of this source already has.
    accept_offset : bool
        Load buildings although they lie a constant offset beside those that are there.
    actor : str, optional
        Who loads.
    alone : bool
        An empty layer may be taken while nobody is there to read it; see `twin.store.alone`. For
        sources that do not look at what stands while they write.

    Raises
    ------
    SourceUnreadable, NotGeoreferenced
        The file, or where it lies, cannot be used; nothing was written.
    Unprocessable
        The buildings lie a constant offset beside those that are there, or the file is
        empty and would replace what is there by nothing.
    """
    how = {"actor": actor, "force": force, "software": source.software}
    try:
        with seldom_collected(), begin_load(database, source.request, alone=alone, **how) as running:
            if not running.unchanged:
                _fill(source, running, database.srid, progress, accept_offset=accept_offset, force=force)
    except Overtaken:
        return load(
            source, database, progress=progress, force=force, accept_offset=accept_offset, actor=actor
        )
    return running.report


def _fill(
    source: Source,
    running: Load,
    srid: int,
    progress: Progress | None,
    *,
    accept_offset: bool,
    force: bool,
) -> None:
    batches = source.batches(running)
    first = next(batches, None)
    if first is None:
        if running.request.mode == "replace" and not force:
            raise Unprocessable(
                "the source has no features, and in the mode 'replace' that closes every object it had; "
                "is the file whole? --force loads it all the same"
            )
        running.warn("the source has no features")
        return
    way = _placed(source, running, srid, first)
    repaired: Counter[str] = Counter()
    done = 0
    # The database works on one batch while the next is read, placed and checked.
    with ThreadPoolExecutor(1, thread_name_prefix="twin-write") as writer:
        writing: Future[LoadCounts] | None = None
        for number, batch in enumerate(chain((first,), batches)):
            placed = batch if batch.geometry is None or way is None else _moved(batch, way)
            if number == 0:
                require_no_offset(placed, running, accept_offset)
            good = check(placed, running, repaired)
            ready = running.prepare(source.complete(good, running)) if len(good) else None
            if writing is not None:
                writing.result()
            writing = writer.submit(running.put, ready) if ready is not None else None
            done += len(batch)
            if progress is not None:
                progress("features", done, source.total)
        if writing is not None:
            writing.result()
    for code, count in sorted(repaired.items()):
        running.warn(f"{count} geometries repaired ({code}); type kept, area kept within 1 %")


def _placed(source: Source, running: Load, srid: int, first: FeatureBatch) -> Placement | None:
    """The way to the storage CRS; None where nothing has a place."""
    if first.geometry is None:
        return None
    some = first.geometry[: _SAMPLE * max(1, len(first) // _SAMPLE) : max(1, len(first) // _SAMPLE)]
    if shapely.is_missing(some).all():
        some = first.geometry
    if shapely.is_missing(some).all() and source.stated.file_crs is None and source.stated.declared is None:
        return None
    way = placement(source.stated, srid, np.asarray(some, dtype=object))
    running.report.georeference.update(way.facts)
    for warning in way.warnings:
        running.warn(warning)
    return way


def _moved(batch: FeatureBatch, way: Placement) -> FeatureBatch:
    return batch if batch.geometry is None else replace(batch, geometry=way.apply(batch.geometry))


def failed(name: str, file: str, error: TwinError) -> LoadReport:
    """Report of a load that did not begin or was undone."""
    return LoadReport(None, name, file, "failed", warnings=[str(error)])

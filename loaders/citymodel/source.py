"""A city model as a source: read in the limited child, judged and placed here."""

from __future__ import annotations

import hashlib
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from loaders.citymodel.batch import UNSPECIFIED, batches_of
from loaders.citymodel.faces import Faces, from_wkb, to_wkb
from loaders.citymodel.shell import judge
from loaders.citymodel.suggestions import Suggestions
from loaders.gis.source import file_hash, read_chunk
from loaders.isolate import isolated
from loaders.place import Placement, Stated, placement
from twin.crs import crs
from twin.errors import SourceUnreadable
from twin.model.feature import FeatureBatch
from twin.model.load import LoadRequest, Rejection
from twin.settings import Settings
from twin.store.loading import Load

_RULES = "citymodel-2"
"""Raise when the same file would be loaded differently, so that it is loaded again."""
_MILLIMETRES = 3
_SAYS = {
    "appearance": "textures and materials passed over: they are not kept",
    "template": "geometry templates resolved at their places",
    "template-outside": "templates in files of their own are not read (template-outside)",
    "cavity": "cavities of solids left out: the outer shell is kept (cavity)",
    "cavity-face": "faces of cavities left out: the outer shell is kept (cavity)",
    "face-degenerate": "faces with fewer than three corners left out (face-degenerate)",
    "geometry-empty": "geometries without faces passed over (geometry-empty)",
    "link-missing": "links lead to no element of the file (link-missing)",
    "parent-missing": "parents are not in the file; their parts stand alone (parent-missing)",
    "attributes-too-long": "objects with more than 200 kB of attributes lost them (attributes-too-long)",
}


class CityModelSource:
    """A CityJSON or CityGML file, or a zip archive of such.

    Parameters
    ----------
    path : Path
        The file.
    name : str
        Stable name of the data set.
    settings : Settings
        Limits of the child that reads.
    vertical_srid : int
        EPSG code of the city's heights, to say when those of the file differ.
    declared : str, optional
        CRS a person declares; wins over the file's.
    """

    def __init__(
        self, path: Path, name: str, settings: Settings, *, vertical_srid: int, declared: str | None = None
    ) -> None:
        self._path, self._name, self._settings = path, name, settings
        self._declared, self._vertical_srid = declared, vertical_srid
        self._facts: dict[str, Any] = {}
        self._way: Placement | None = None
        self._repairs: Counter[str] = Counter()
        self._turned: Counter[bool] = Counter()
        self._open: dict[tuple[str, bool], list[str]] = {}
        self._suggestions = Suggestions()
        if not path.is_file():
            raise SourceUnreadable(f"{path}: no such file")

    @property
    def request(self) -> LoadRequest:
        """What is about to be loaded; what the newer file no longer has is closed."""
        rules = f"{_RULES}|{self._declared}|{self._vertical_srid}"
        return LoadRequest(
            source=self._name,
            file_name=self._path.name,
            file_sha256=file_hash(self._path),
            format="city model",
            crs=self._declared or "as stated in the model",
            mode="replace",
            settings_hash=hashlib.sha256(rules.encode()).hexdigest(),
        )

    @property
    def stated(self) -> Stated:
        """Plan CRS of the file and the declared one."""
        return Stated(self._facts.get("file_crs"), self._facts.get("declared"))

    @property
    def software(self) -> dict[str, str]:
        """Versions of the readers."""
        return {name: version(name) for name in ("city-twin", "orjson", "pyarrow", "shapely", "pyproj")}

    @property
    def total(self) -> int | None:
        """City objects, where the format says."""
        total: int | None = self._facts.get("total")
        return total

    def batches(self, load: Load) -> Iterator[FeatureBatch]:
        """Objects chunk by chunk, parents first; the child reads ahead."""
        arguments = {"path": str(self._path.resolve()), "declared": self._declared}
        limits = {"memory_mb": self._settings.load_memory_mb, "seconds": self._settings.load_seconds}
        with tempfile.TemporaryDirectory(prefix="twin-city-") as folder:
            scratch = Path(folder)
            with isolated("loaders.citymodel.read:read", arguments, scratch=scratch, **limits) as events:
                for event in events:
                    if "facts" in event:
                        self._learn(event["facts"], load)
                    elif "chunk" in event:
                        for fault in event["faults"]:
                            collection = fault.pop("collection")
                            load.reject(Rejection(**fault), collection)
                        table = read_chunk(scratch / event["chunk"])
                        yield from batches_of(table, self._name, load)
                    elif "return" in event:
                        self._report(event["return"]["notes"], load)

    def complete(self, batch: FeatureBatch, load: Load) -> FeatureBatch:
        """Bodies at their place: a solid, or faces for display and why they are none."""
        if batch.collection == "building":
            self._suggestions.look(batch, load)
        if batch.solid is None or all(faces is None for faces in batch.solid):
            return replace(batch, solid=None)
        columns = dict(batch.columns)
        solids: list[bytes | None] = [None] * len(batch)
        meanings: list[Any] = [None] * len(batch)
        shells: list[Any] = [None] * len(batch)
        given = columns.get("surfaces") or [None] * len(batch)
        shown = "surfaces" in columns
        for row, faces in self._moved(batch.solid, load.srid):
            said = given[row]
            verdict = judge(faces, [None] * len(faces) if said is None else list(said))
            known = None if said is None else [meaning or UNSPECIFIED for meaning in verdict.meanings]
            if verdict.code is None:
                self._repairs.update(verdict.repairs)
                self._turned[verdict.repairs["shell-turned"] > 0] += 1
                solids[row], meanings[row] = to_wkb(verdict.faces), known
            else:
                self._open.setdefault((verdict.code, shown), []).append(str(batch.source_key[row]))
                shells[row] = display(verdict.faces, known, verdict.code)
        if shown:
            columns |= {"surfaces": meanings, "shell": shells}
        return replace(batch, columns=columns, solid=solids)

    def _moved(self, wkb: Sequence[bytes | None], srid: int) -> Iterator[tuple[int, Faces]]:
        """Bodies of a batch in the storage CRS, with their row; all corners in one transformation."""
        rows = [row for row, body in enumerate(wkb) if body is not None]
        bodies = [from_wkb(body) for body in wkb if body is not None]
        points = np.concatenate([body.points for body in bodies])
        line = np.array([shapely.linestrings(points[:, :2])], dtype=object)
        points[:, :2] = shapely.get_coordinates(self._placement(srid).apply(line))
        stops = np.cumsum([len(body.points) for body in bodies])
        for row, body, part in zip(rows, bodies, np.split(points, stops[:-1]), strict=True):
            yield row, body.moved(part)

    def _placement(self, srid: int) -> Placement:
        """The way `loaders.load` has taken for the ground plans; it checked that it can be right."""
        if self._way is None:
            self._way = placement(self.stated, srid, np.empty(0, dtype=object))
        return self._way

    def _learn(self, facts: dict[str, Any], load: Load) -> None:
        self._facts = facts
        load.report.georeference |= {
            "format": facts["format"],
            "axes": facts["axes"],
            "vertical_crs": facts["vertical"],
        }
        vertical = facts["vertical"]
        if vertical is None:
            load.warn("the file names no vertical CRS: heights are taken as they are")
        elif vertical != f"EPSG:{self._vertical_srid}":
            ours = crs(self._vertical_srid).name
            load.warn(f"heights are those of {vertical}, kept as they are; this city's are {ours}")
        if facts["height_m"] != 1.0:
            load.warn(f"heights were multiplied by {facts['height_m']:g} to be metres")

    def _report(self, notes: dict[str, int], load: Load) -> None:
        """What was met; every batch was completed before the child says that it is done."""
        for name, count in sorted(notes.items()):
            if name in _SAYS:
                load.warn(f"{count} {_SAYS[name]}")

        for name, count in sorted(self._repairs.items()):
            if count:
                load.warn(f"solids: {count} times {name}, repaired without moving a corner")
        if self._facts["axes"] == "north, east" and self._turned[True] and not self._turned[False]:
            load.warn(
                "every solid came inside out: coordinates were read north, east, as the name of the CRS "
                "wants; if the file has them east, north, declare it in the short form, --crs EPSG:n "
                "(axes-doubtful)"
            )
        for (code, shown), keys in sorted(self._open.items()):
            some = ", ".join(keys[:3]) + (", ..." if len(keys) > 3 else "")
            kept = "faces kept for display" if shown else "left without a body"
            load.warn(f"{len(keys)} bodies are no solid ({code}), {kept}: {some}")
        self._suggestions.report(load)


def display(faces: Faces, meanings: list[str] | None, reason: str) -> dict[str, Any]:
    """Faces for display, compact: corners once, to the millimetre, faces as numbers of corners."""
    rounded = np.round(faces.points, _MILLIMETRES)
    corners, index = np.unique(rounded, axis=0, return_inverse=True)
    numbers = index.reshape(-1).tolist()
    boundaries, at, ring = [], 0, 0
    sizes = faces.rings.tolist()
    for count in faces.faces.tolist():
        face = []
        for size in sizes[ring : ring + count]:
            face.append(numbers[at : at + size])
            at += size
        boundaries.append(face)
        ring += count
    # the tiles ask for the box of every building, and should not read every corner for it
    box = [corners.min(axis=0).tolist(), corners.max(axis=0).tolist()]
    found = {"reason": reason, "box": box, "vertices": corners.tolist(), "boundaries": boundaries}
    return found if meanings is None else found | {"surfaces": meanings}

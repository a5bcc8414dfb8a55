"""Runs in the limited child: a city model to Arrow files of rows, shapes as WKB.

Shapes come out east, north, up, in the CRS of the file; a body's faces stay as they
are, since whether they are a solid is judged in metres, in the city's own CRS.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import shapely

from loaders.archive import unpack
from loaders.citymodel.citygml import CityGml, one_reference
from loaders.citymodel.cityjson import CityJson
from loaders.citymodel.crs import Reference, read_reference
from loaders.citymodel.faces import to_wkb
from loaders.citymodel.footprint import footprint, heights, united
from loaders.citymodel.kinds import ORDER, collection_of
from loaders.citymodel.objects import CityObject, Fault, Notes, in_order
from loaders.citymodel.recognise import CITY_MODEL, city_models
from twin import catalogue
from twin.errors import SourceUnreadable

Emit = Callable[[dict[str, Any]], None]
Row = dict[str, Any]

CHUNK_ROWS = 500
"""Few, so that one chunk is judged and written while the next is read."""
_CHUNK_BYTES = 16 << 20
_ATTRIBUTE_BYTES = 200_000
_PARTS = ("BuildingPart", "BridgePart", "TunnelPart")
SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("collection", "key", "kind", "parent", "parent_collection")),
        *((name, pa.string()) for name in ("building", "address", "lod")),
        ("depth", pa.int32()),
        ("attributes", pa.binary()),
        ("code_spaces", pa.binary()),
        *((name, pa.list_(pa.string())) for name in ("names", "lods", "meanings")),
        ("shape", pa.binary()),
        ("faces", pa.binary()),
        ("z_min", pa.float64()),
        ("z_max", pa.float64()),
    ]
)


def read(scratch: Path, emit: Emit, *, path: str, declared: str | None) -> dict[str, Any]:
    """City objects of a file, or of every city model of a zip archive, chunk by chunk.

    Emits ``{"facts": ...}`` once, then ``{"chunk": file, "faults": [...]}``; returns what was met.

    Raises
    ------
    SourceUnreadable, TooLarge, NotGeoreferenced
        The file cannot be read, or its CRS is none.
    """
    files = _opened(Path(path), scratch)
    notes = Notes()
    said = None if declared is None else read_reference(declared)
    reference: Reference | None = None
    chunks = _Chunks(scratch, emit, notes)
    for number, file in enumerate(files):
        model: CityJson | CityGml = CityGml(file) if is_xml(file) else CityJson(file)
        stated = _stated(file, model, said)
        if number == 0:
            reference = stated
            emit({"facts": _facts(model, len(files), said, stated)})
        elif stated != reference:
            raise SourceUnreadable(
                f"{Path(path).name}: its files lie in different reference systems; load them one by one"
            )
        for group in model.groups(said or stated, notes):
            chunks.add(rows_of(group, said or stated, notes))
        # the next file is another model: its head is not needed any more
        del model
    chunks.flush()
    return {"notes": {name: count for name, count in notes.counts.items() if count}}


def _stated(file: Path, model: CityJson | CityGml, said: Reference | None) -> Reference | None:
    """What the file says of its CRS."""
    try:
        return one_reference(file, model.srs)
    except SourceUnreadable:
        # a person who declares a CRS need not mind what the file makes of it
        if said is None:
            raise
        return None


def is_xml(file: Path) -> bool:
    """Whether a city model is CityGML, by its beginning."""
    with file.open("rb") as stream:
        start = stream.read(64).lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0")
    return start.startswith(b"<")


def rows_of(group: list[CityObject], reference: Reference | None, notes: Notes) -> list[Row]:
    """Rows of objects that hang together, parents before children."""
    ordered = in_order(group, notes)
    degrees = reference is not None and reference.degrees
    shapes = {one.key: _shape(one, degrees) for one, _, _ in ordered}
    extents = {one.key: heights(one) for one, _, _ in ordered}
    collections = {one.key: collection_of(one.kind, one.namespace, bool(one.lines)) for one, _, _ in ordered}
    _lend([one for one, _, _ in reversed(ordered) if one.kind in _PARTS], shapes, extents)
    rows = []
    for one, building, depth in ordered:
        collection = collections[one.key]
        if collection is None:
            notes.fault("type-not-kept", one.key, one.kind, f"the catalogue has no collection for {one.kind}")
            continue
        if shapes[one.key] is None and collection == "theme":
            notes.fault("geometry-missing", one.key, one.kind, f"a {one.kind} without a shape has no place")
            continue
        parent = None if one.parent is None else collections[one.parent]
        rows.append(
            _row(one, notes, collection=collection, parent_collection=parent, building=building, depth=depth)
            | {"shape": None if shapes[one.key] is None else shapely.to_wkb(shapes[one.key])}
            | dict(zip(("z_min", "z_max"), extents[one.key], strict=True))
        )
    return rows


def _lend(parts: list[CityObject], shapes: dict[str, Any], extents: dict[str, tuple[float, float]]) -> None:
    """A whole without a shape of its own is where its parts are, and as high; deepest parts first."""
    lent: dict[str, list[Any]] = {}
    for part in parts:
        whole = part.parent
        if whole is None:
            continue
        if part.key in lent:
            shapes[part.key] = united(lent.pop(part.key))
        if shapes[whole] is None:
            lent.setdefault(whole, []).append(shapes[part.key])
        low, high = extents[whole], extents[part.key]
        extents[whole] = (float(np.fmin(low[0], high[0])), float(np.fmax(low[1], high[1])))
    for whole, given in lent.items():
        shapes[whole] = united(given)


def _shape(one: CityObject, degrees: bool) -> Any:
    """Plan geometry: area, else lines, else points."""
    area = footprint(one, degrees)
    if one.lines and collection_of(one.kind, one.namespace, True) in ("road", "rail"):
        return shapely.multilinestrings([line[:, :2] for line in one.lines])
    if area is not None:
        return area
    if one.lines:
        return shapely.multilinestrings([line[:, :2] for line in one.lines])
    if one.points:
        return shapely.multipoints(np.concatenate(one.points)[:, :2])
    return None


def _row(
    one: CityObject,
    notes: Notes,
    *,
    collection: str,
    parent_collection: str | None,
    building: str | None,
    depth: int,
) -> Row:
    best = one.best if catalogue.collection(collection).solid else None
    attributes = orjson.dumps(one.attributes, option=orjson.OPT_NON_STR_KEYS, default=str)
    if len(attributes) > _ATTRIBUTE_BYTES:
        notes.counts["attributes-too-long"] += 1
        attributes = b"{}"
    known = best is not None and any(meaning is not None for meaning in best.meanings)
    return {
        "collection": collection,
        "key": one.key,
        "kind": one.kind,
        "parent": one.parent if parent_collection is not None else None,
        "parent_collection": parent_collection,
        "building": building,
        "address": one.address,
        "lod": _lod(one),
        "depth": depth,
        "attributes": attributes,
        "code_spaces": orjson.dumps(one.code_spaces),
        "names": one.names,
        "lods": sorted({shape.lod for shape in one.shapes if shape.lod}),
        "meanings": best.meanings if best is not None and known else None,
        "faces": None if best is None else to_wkb(best.faces),
    }


def _lod(one: CityObject) -> str | None:
    shape = one.best or one.ground_plan
    return None if shape is None else shape.lod or None


class _Chunks:
    """Rows to Arrow files of bounded size."""

    def __init__(self, scratch: Path, emit: Emit, notes: Notes) -> None:
        self._scratch, self._emit, self._notes = scratch, emit, notes
        self._rows: list[Row] = []
        self._bytes = self._number = 0

    def add(self, rows: list[Row]) -> None:
        """Objects that hang together; they may exceed a chunk, then they are several, parents first."""
        for row in rows:
            self._rows.append(row)
            self._bytes += len(row["faces"] or b"") + len(row["shape"] or b"") + len(row["attributes"])
            if len(self._rows) >= CHUNK_ROWS or self._bytes >= _CHUNK_BYTES:
                self.flush()

    def flush(self) -> None:
        """Write what is there."""
        if not self._rows and not self._notes.faults:
            return
        # parents first, and one collection after the other
        self._rows.sort(key=lambda row: (row["depth"], ORDER[row["collection"]]))
        target = self._scratch / f"chunk-{self._number:06d}.arrow"
        table = pa.Table.from_pylist(self._rows, schema=SCHEMA)
        with pa.OSFile(str(target), "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
            writer.write_table(table)
        faults = [_plain(fault) for fault in self._notes.faults]
        self._notes.faults.clear()
        self._rows, self._bytes, self._number = [], 0, self._number + 1
        self._emit({"chunk": target.name, "faults": faults})


def _plain(fault: Fault) -> dict[str, Any]:
    collection = collection_of(fault.kind, "", False) if fault.code != "type-not-kept" else None
    return {
        "code": fault.code,
        "source_key": fault.key[:500],
        "message": fault.message,
        "collection": collection,
    }


def _facts(
    model: CityJson | CityGml, files: int, said: Reference | None, stated: Reference | None
) -> dict[str, Any]:
    used = said or stated
    return {
        "format": f"{'CityGML' if isinstance(model, CityGml) else 'CityJSON'} {model.version}".strip(),
        "files": files,
        "file_crs": None if stated is None else stated.horizontal,
        "declared": None if said is None else said.horizontal,
        "vertical": None if used is None else used.vertical,
        "axes": "north, east" if used is not None and used.north_first else "east, north",
        "height_m": 1.0 if used is None else used.height_m,
        "total": model.total if files == 1 else None,
    }


def _opened(path: Path, scratch: Path) -> list[Path]:
    """The file, or the city models of an archive in the order of their names."""
    if not path.is_file():
        raise SourceUnreadable(f"{path.name}: no such file")
    if not path.stat().st_size:
        raise SourceUnreadable(f"{path.name} is empty (0 bytes)")
    if path.suffix.lower() != ".zip":
        return [path]
    folder = scratch / "unpacked"
    folder.mkdir()
    found = sorted(city_models(unpack(path, folder)))
    if not found:
        raise SourceUnreadable(f"{path.name} holds no city model ({', '.join(sorted(CITY_MODEL))})")
    return found
